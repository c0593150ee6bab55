"""A text's distinct words and runs of words, in every view of it, ready to be intersected with another text's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BITS = 59
_HASH = np.uint64((1 << _BITS) - 1)
"""The five bits above tell the views apart, so that all of them are looked up at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Distinct things that a text holds in one view, sorted, with what each weighs."""

    hashes: NDArray[np.uint64]
    weights: NDArray[np.float32]

    @classmethod
    def distinct(cls, hashes: NDArray[np.unsignedinteger], weights: NDArray[np.float32] | None = None) -> Keys:
        """Each hash once; without weights, each weighs 1."""
        if weights is None:
            found = np.unique(hashes.astype(np.uint64) & _HASH)
            return cls(found, np.ones(len(found), np.float32))
        found, first = np.unique(hashes.astype(np.uint64) & _HASH, return_index=True)
        return cls(found, weights[first])

    @property
    def total(self) -> float:
        """What all of them weigh."""
        return float(self.weights.sum())

    def share_in(self, other: Keys) -> float:
        """Which share of these, by weight, the other holds; 0 when there is nothing."""
        if not self.total or not len(other.hashes):
            return 0.0
        places = np.minimum(np.searchsorted(other.hashes, self.hashes), len(other.hashes) - 1)
        return min(1.0, float(self.weights[other.hashes[places] == self.hashes].sum()) / self.total)


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """The keys of ``v`` views, one after the other in arrays of ``n``."""

    names: tuple[str, ...]
    hashes: NDArray[np.uint64]
    """n, sorted: by view, then by hash."""
    weights: NDArray[np.float32]
    edges: NDArray[np.intp]
    """v + 1 places: where each view begins, then n."""
    totals: Floats
    """v sums of weights."""

    @classmethod
    def of(cls, keys: Mapping[str, Keys]) -> Views:
        """Put at most 32 views together."""
        tagged = [part.hashes | np.uint64(tag << _BITS) for tag, part in enumerate(keys.values())]
        weights = np.concatenate([part.weights for part in keys.values()])
        edges = np.cumsum([0, *map(len, tagged)])
        return cls(tuple(keys), np.concatenate(tagged), weights, edges, _sums(weights, edges))

    def __getitem__(self, name: str) -> Keys:
        """One view by itself."""
        number = self.names.index(name)
        part = slice(int(self.edges[number]), int(self.edges[number + 1]))
        return Keys(self.hashes[part] & _HASH, self.weights[part])

    def shares(self, other: Views) -> tuple[Floats, Floats]:
        """For each view, which share of it the other text holds, and which share of the other's view this one holds."""
        if not len(self.hashes) or not len(other.hashes):
            return np.zeros(len(self.names)), np.zeros(len(self.names))
        places = np.minimum(np.searchsorted(other.hashes, self.hashes), len(other.hashes) - 1)
        found = other.hashes[places] == self.hashes
        mine = _sums(self.weights * found, self.edges)
        theirs = _sums(other.weights[places] * found, self.edges)
        return _divide(mine, self.totals), _divide(theirs, other.totals)


def _sums(weights: NDArray[np.float32], edges: NDArray[np.intp]) -> Floats:
    running = np.concatenate(([0.0], np.cumsum(weights, dtype=np.float64)))
    sums: Floats = np.diff(running[edges])
    return sums


def _divide(parts: Floats, totals: Floats) -> Floats:
    shares: Floats = np.divide(parts, totals, out=np.zeros_like(totals), where=totals > 0)
    return np.minimum(shares, 1)
