"""Print a command's error. A module of its own, so that errors need not import what reports need."""

from __future__ import annotations

from rich.console import Console

from wirematch.errors import IndexUnavailableError


def print_failure(error: Exception) -> None:
    """Print one line on standard error, without parsing markup.

    It includes Redis' own message, as only local users see it.
    """
    said = f"wirematch: {error}"
    if isinstance(error, IndexUnavailableError) and str(error.__cause__ or ""):
        said += f" ({error.__cause__})"
    if type(error) is IndexUnavailableError and error.__cause__ is not None:
        said += " Is it running, and is its address right? 'wirematch doctor' tells what a Redis lacks."
    Console(stderr=True, soft_wrap=True).print(said, markup=False, emoji=False, highlight=False)
