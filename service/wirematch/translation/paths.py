"""Shortest paths between languages through language pairs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

MOST_STEPS = 3
"""Each step loses some of the text; after three, little is recognisable."""


def shortest_paths(pairs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return for every two connected languages the pairs to go through; the first found of equally short paths.

    ``pairs`` are (source, target), better ones first.
    """
    onwards: dict[str, list[str]] = {}
    for source, target in pairs:
        onwards.setdefault(source, []).append(target)
    found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for start in onwards:
        waiting: deque[tuple[str, tuple[tuple[str, str], ...]]] = deque([(start, ())])
        while waiting:
            here, way = waiting.popleft()
            for there in onwards.get(here, ()):
                if there == start or (start, there) in found:
                    continue
                found[start, there] = (*way, (here, there))
                if len(way) + 1 < MOST_STEPS:
                    waiting.append((there, found[start, there]))
    return found
