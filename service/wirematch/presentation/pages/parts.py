"""Long lists, a part at a time."""

from __future__ import annotations


def first_of_part(first: int, total: int, most: int) -> int:
    """Return ``first``, or where the last part begins if nothing is left from there on: a list may have become shorter.

    Parts have ``most`` rows.
    """
    return first if first < total else max(0, total - 1) // most * most
