"""How an error of a command is shown; apart from the rest, as it must not wait for the modules that reports need."""

from __future__ import annotations

from rich.console import Console

from wirematch.errors import IndexUnavailableError


def print_failure(error: Exception) -> None:
    """One line on standard error, not parsed for markup; with what Redis said, which only this machine's user sees."""
    said = f"wirematch: {error}"
    if isinstance(error, IndexUnavailableError) and str(error.__cause__ or ""):
        said += f" ({error.__cause__})"
    if type(error) is IndexUnavailableError and error.__cause__ is not None:
        said += " Is it running, and is its address right? 'wirematch doctor' tells what a Redis lacks."
    Console(stderr=True, soft_wrap=True).print(said, markup=False, emoji=False, highlight=False)
