"""How an error of a command is shown; apart from the rest, as it must not wait for the modules that reports need."""

from __future__ import annotations

from rich.console import Console


def print_failure(error: Exception) -> None:
    """One line on standard error, not parsed for markup."""
    Console(stderr=True, soft_wrap=True).print(f"wirematch: {error}", markup=False, emoji=False, highlight=False)
