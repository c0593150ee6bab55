"""Cut work into parts of a bounded size, so that none of them holds others up for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def cut(sizes: Sequence[int], most: int, most_size: int) -> Iterator[slice]:
    """Yield neighbours of at most ``most`` items and ``most_size`` together, but at least one item each."""
    first = size = 0
    for place, mine in enumerate(sizes):
        if place > first and (place - first == most or size + mine > most_size):
            yield slice(first, place)
            first, size = place, 0
        size += mine
    if first < len(sizes):
        yield slice(first, len(sizes))
