"""How much a shared word says: inverse document frequency, from a table of counts in news text."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.rarity import RarityTable
from wirematch.text.lexicon import hash_term
from wirematch.text.prepared import PreparedText

FULL_LENGTH = 6
"""Letters of a stem from which on length says no more about how rare it is."""
LEAST = 0.3
"""Share of the full weight that the shortest content word keeps: numbers of one digit are short, too."""


class Rarity:
    """Inverse document frequencies of English stems (Spärck Jones 1972), smoothed, in nats.

    Of other languages there are no counts. But in every language the words used most are the shortest (Zipf 1935), so
    there length stands for rarity: names and technical words weigh more than the small words that no list has.
    """

    def __init__(self, documents: int, counts: dict[str, int]) -> None:
        """``counts[stem]`` of ``documents`` stories use the stem; stems left out count as met in two."""
        hashes = np.fromiter(map(hash_term, counts), np.uint32, len(counts))
        frequencies = np.fromiter(counts.values(), np.float64, len(counts))
        order = np.argsort(hashes)
        self._hashes = hashes[order]
        self._weights = np.log((documents + 1) / (frequencies[order] + 1)).astype(np.float32)
        self.ceiling = math.log((documents + 1) / 3)
        """The weight of a word that the table does not list, the largest there is."""

    def for_kernel(self, text: PreparedText) -> tuple[RarityTable | None, Floats32 | None]:
        """What the compiled kernel weighs an English text with, or the weights of another text."""
        return (self.english, None) if text.language == "en" else (None, self.weigh(text))

    @cached_property
    def english(self) -> RarityTable:
        """What the compiled kernels weigh English texts with."""
        return RarityTable.of(self._hashes, self._weights, self.ceiling)

    def strange_weight(self, text: PreparedText) -> float:
        """What a word of ``text`` weighs that no list has; infinite where there is no list of its language."""
        return self.ceiling if text.language == "en" else math.inf

    def weigh(self, text: PreparedText) -> NDArray[np.float32]:
        """Give n weights, 0 for function words. Words of other languages weigh half the ceiling, or less if short."""
        if text.language != "en":
            return np.where(text.content, self.ceiling / 2 * _by_length(text), 0).astype(np.float32)
        stems = text.stems[text.content]
        place = np.minimum(np.searchsorted(self._hashes, stems), len(self._hashes) - 1)
        weights = np.zeros(len(text), np.float32)
        weights[text.content] = np.where(self._hashes[place] == stems, self._weights[place], self.ceiling)
        return weights


def _by_length(text: PreparedText) -> NDArray[np.float64]:
    """Shares of the full weight; characters of scripts without spaces all stand in pairs, so length says nothing."""
    lengths = np.fromiter(map(len, text.terms), np.float64, len(text.terms))
    return np.where(text.unspaced, 1, np.clip(lengths / FULL_LENGTH, LEAST, 1))
