"""Articles of invented words, so that what two share is known exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence

SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve wi zo kra ble tri sno ple dra".split()


def words(draw: random.Random, count: int) -> list[str]:
    """Return distinct words in lower case."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(draw.choices(SYLLABLES, k=draw.randint(3, 4)))] = None
    return list(found)


def told(parts: Sequence[str], sentence: int = 14) -> str:
    """Join words to sentences of ``sentence`` words."""
    sentences = [" ".join(parts[start : start + sentence]) for start in range(0, len(parts), sentence)]
    return " ".join(f"The {one}." for one in sentences)


def reworded(draw: random.Random, parts: Sequence[str], kept: float) -> list[str]:
    """Keep this share of the words and replace the others."""
    others = iter(words(draw, len(parts)))
    return [part if draw.random() < kept else next(others) for part in parts]


def own(seed: int, count: int = 120) -> list[str]:
    """Return words that only the text of this seed has."""
    return words(random.Random(seed), count)
