"""Weights of words: inverse document frequency, from a table of counts in news text."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats32
from wirematch.kernels.forms.rarity import RarityTable
from wirematch.text.prepared import PreparedText
from wirematch.text.words import hash_term

FULL_LENGTH = 6
"""Letters of a stem from which on it has the full weight."""
LEAST = 0.3
"""Least share of the full weight; without it, numbers of one digit would weigh next to nothing."""


class Rarity:
    """Inverse document frequencies of English stems (Spärck Jones 1972), smoothed, in nats.

    Other languages have no counts. As the most frequent words of every language are short (Zipf 1935), length stands
    for rarity there: names and technical words weigh more than small words that are missing from the stop list.
    """

    def __init__(self, documents: int, counts: dict[str, int]) -> None:
        """``counts[stem]`` of ``documents`` stories use the stem; a stem without a count weighs as if two did."""
        hashes = np.fromiter(map(hash_term, counts), np.uint32, len(counts))
        frequencies = np.fromiter(counts.values(), np.float64, len(counts))
        order = np.argsort(hashes)
        self._hashes = hashes[order]
        self._weights = np.log((documents + 1) / (frequencies[order] + 1)).astype(np.float32)
        self.ceiling = math.log((documents + 1) / 3)
        """The weight of a word that the table does not list, the largest there is."""

    def for_kernel(self, text: PreparedText) -> tuple[RarityTable | None, Floats32 | None]:
        """The table for an English text, or the weights of a text in another language; the other is None."""
        return (self.english, None) if text.language == "en" else (None, self.weigh(text))

    @cached_property
    def english(self) -> RarityTable:
        """The table for the compiled kernels; English texts only."""
        return RarityTable.of(self._hashes, self._weights, self.ceiling)

    def strange_weight(self, text: PreparedText) -> float:
        """Weight of a word of ``text`` that the table does not list; infinite if its language has no table."""
        return self.ceiling if text.language == "en" else math.inf

    def weigh(self, text: PreparedText) -> NDArray[np.float32]:
        """Return n weights, 0 for function words. In other languages a word weighs half the ceiling, less if short."""
        if text.language != "en":
            return np.where(text.content, self.ceiling / 2 * _by_length(text), 0).astype(np.float32)
        stems = text.stems[text.content]
        place = np.minimum(np.searchsorted(self._hashes, stems), len(self._hashes) - 1)
        weights = np.zeros(len(text), np.float32)
        weights[text.content] = np.where(self._hashes[place] == stems, self._weights[place], self.ceiling)
        return weights


def _by_length(text: PreparedText) -> NDArray[np.float64]:
    """Shares of the full weight, 1 in scripts without spaces: their words are pairs of characters."""
    lengths = np.fromiter(map(len, text.terms), np.float64, len(text.terms))
    return np.where(text.unspaced, 1, np.clip(lengths / FULL_LENGTH, LEAST, 1))
