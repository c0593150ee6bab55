"""How an error of a command is shown; apart from the rest, as it must not wait for the modules that reports need."""

from __future__ import annotations

from rich.console import Console

from wirematch.errors import IndexUnavailableError


def print_failure(error: Exception) -> None:
    """One line on standard error, not parsed for markup; with what Redis said, which only this machine's user sees."""
    cause = f" ({error.__cause__})" if isinstance(error, IndexUnavailableError) and str(error.__cause__ or "") else ""
    Console(stderr=True, soft_wrap=True).print(f"wirematch: {error}{cause}", markup=False, emoji=False, highlight=False)
