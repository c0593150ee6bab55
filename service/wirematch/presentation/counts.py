"""Numbers with their nouns."""

from __future__ import annotations


def counted(number: int, one: str, several: str | None = None) -> str:
    """Format a number with its noun: '1 story', '2,300 stories'."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
