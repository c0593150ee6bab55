"""How much a shared word says: inverse document frequency, from a table of counts in news text."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from service.text.prepare import PreparedText, hash_term


class Rarity:
    """Inverse document frequencies of English stems (Spärck Jones 1972), smoothed, in nats."""

    def __init__(self, documents: int, counts: dict[str, int]) -> None:
        """``counts[stem]`` of ``documents`` stories use the stem; stems left out count as met in two."""
        hashes = np.fromiter(map(hash_term, counts), np.uint32, len(counts))
        frequencies = np.fromiter(counts.values(), np.float64, len(counts))
        order = np.argsort(hashes)
        self._hashes = hashes[order]
        self._weights = np.log((documents + 1) / (frequencies[order] + 1)).astype(np.float32)
        self.ceiling = math.log((documents + 1) / 3)
        """The weight of a word that the table does not list, the largest there is."""

    @classmethod
    def from_tsv(cls, table: str) -> Rarity:
        """Read ``stem<TAB>count`` lines; the first line is ``#documents<TAB>count``."""
        rows = (line.split("\t") for line in table.splitlines())
        _, documents = next(rows)
        return cls(int(documents), {stem: int(count) for stem, count in rows})

    def weigh(self, text: PreparedText) -> NDArray[np.float32]:
        """Give n weights, 0 for function words. Words of other languages all weigh half the ceiling."""
        if not text.english:
            return np.where(text.content, self.ceiling / 2, 0).astype(np.float32)
        place = np.minimum(np.searchsorted(self._hashes, text.stems), len(self._hashes) - 1)
        weights = np.where(self._hashes[place] == text.stems, self._weights[place], self.ceiling)
        return np.where(text.content, weights, 0).astype(np.float32)
