"""German compounds: a word in no dictionary is mostly two or three that are, written together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

SHORTEST_WORD = 7
"""Letters; nothing shorter is taken apart."""
SHORTEST_PART = 3
_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""What stands between parts: Regierung-s-chef."""

PartTranslation = Callable[[str], str | None]
"""A part's translation, if it has one."""


def split_compound(word: str, known: PartTranslation, depth: int = 2) -> str | None:
    """The translations of a compound's parts in their order, or None if it has no parts that are known.

    Of several ways to take it apart, the one whose shorter part is longest.
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
