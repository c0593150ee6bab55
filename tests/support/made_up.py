"""Articles of invented words, so that what two share is known exactly."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

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


class RetoldStories:
    """Stories of one vocabulary, and texts made of them: copies, rewrites, and texts that are hardly related."""

    def __init__(self, draw: random.Random, count: int, vocabulary: int, length: int = 120) -> None:
        """Make ``count`` stories of ``length`` words each, out of so many different words."""
        self._draw = draw
        self._words = words(draw, vocabulary)
        self._length = length
        self._stories = [draw.sample(self._words, length) for _ in range(count)]

    def __iter__(self) -> Iterator[str]:
        """Yield the texts of the stories."""
        return map(told, self._stories)

    def text(self) -> str:
        """Draw a text that keeps between 40 and 100 % of the words of one story."""
        kept, others = self._draw.uniform(0.4, 1), self._draw.sample(self._words, self._length)
        pairs = zip(self._draw.choice(self._stories), others, strict=True)
        return told([mine if self._draw.random() < kept else other for mine, other in pairs])
