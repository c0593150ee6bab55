"""Split German compounds: a word in no dictionary usually consists of two or three that are in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

SHORTEST_WORD = 7
"""In letters; shorter words are not split."""
SHORTEST_PART = 3
_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""Linking elements between parts: Regierung-s-chef."""

PartTranslation = Callable[[str], str | None]
"""Returns a part's translation, or None."""


def split_compound(word: str, known: PartTranslation, depth: int = 2) -> str | None:
    """Return the translations of a compound's parts in order; None if it has no known parts.

    Among several splits, the one with the longest shorter part is taken.
    """
    if len(word) < SHORTEST_WORD:
        return None
    best, shorter = None, 0
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if min(place, len(word) - place) <= shorter:
            continue
        last = known(word[place:])
        if last is None:
            continue
        for first in _without_link(word[:place]):
            translated = known(first)
            if translated is None and depth > 1:
                translated = split_compound(first, known, depth - 1)
            if translated is not None:
                best, shorter = f"{translated} {last}", min(len(first), len(word) - place)
                break
    return best


def _without_link(part: str) -> Iterator[str]:
    for link in _LINKS:
        bare = part.removesuffix(link) if link else part
        if (not link or bare != part) and len(bare) >= SHORTEST_PART:
            yield bare
    yield part + "e"  # Schul-haus, Sprach-wissenschaft
