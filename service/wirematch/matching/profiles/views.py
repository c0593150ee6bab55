"""A text's distinct words and runs of words in each view, sorted for intersection with another text's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64, Hashes64, is_new

_BITS = 59
_HASH = np.uint64((1 << _BITS) - 1)
"""Mask of a hash. The five bits above are the view's number, so that all views are looked up at once."""
_TAGS = np.arange(32, dtype=np.uint64) << np.uint64(_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Distinct hashes of one view of a text, sorted, with their weights."""

    hashes: Hashes64
    weights: NDArray[np.float32]

    @classmethod
    def distinct(cls, hashes: NDArray[np.unsignedinteger], weights: NDArray[np.float32] | None = None) -> Keys:
        """Keep each hash once, with the first of its weights; without weights, each weighs 1."""
        keys = hashes.astype(np.uint64) & _HASH
        if weights is None:
            keys.sort()
            keys = keys[is_new(keys)]
            return cls(keys, np.ones(len(keys), np.float32))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = is_new(keys)
        return cls(keys[first], weights[order[first]])

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    def share_in(self, other: Keys) -> float:
        """Share of these keys, by weight, that the other holds; 0 if either has none."""
        if not len(self.hashes) or not len(other.hashes) or not self.total:
            return 0.0
        places = np.minimum(np.searchsorted(other.hashes, self.hashes), len(other.hashes) - 1)
        return min(1.0, float(self.weights[other.hashes[places] == self.hashes].sum()) / self.total)


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """The keys of ``v`` views, concatenated in arrays of ``n``."""

    names: tuple[str, ...]
    hashes: Hashes64
    """n hashes, sorted by view, then by hash."""
    weights: NDArray[np.float32]
    edges: NDArray[np.intp]
    """v + 1 indices: where each view begins, then n."""
    totals: Floats64
    """v sums of weights."""

    @classmethod
    def of(cls, keys: Mapping[str, Keys]) -> Views:
        """Concatenate at most 32 views."""
        return cls.gather({name: (part.hashes, part.weights) for name, part in keys.items()})

    @classmethod
    def gather(cls, found: Mapping[str, tuple[Hashes64, NDArray[np.float32] | None]]) -> Views:
        """Build from the hashes of each view, unsorted and with repetitions; without weights, each weighs 1.

        Of different weights of one hash in one view, the first counts.
        """
        parts = [hashes for hashes, _ in found.values()]
        sizes = [len(part) for part in parts]
        hashes = np.concatenate(parts)
        hashes &= _HASH
        hashes |= np.repeat(_TAGS[: len(sizes)], sizes)
        weights = np.ones(len(hashes), np.float32)
        end = 0
        for size, (_, given) in zip(sizes, found.values(), strict=True):
            start, end = end, end + size
            if given is None:
                hashes[start:end].sort()  # each by itself: small enough for the processor's cache
            else:
                order = np.argsort(hashes[start:end], kind="stable")
                hashes[start:end] = hashes[start:end][order]
                weights[start:end] = given[order]
        new = is_new(hashes)
        hashes, weights = hashes[new], weights[new]
        edges = np.append(np.searchsorted(hashes, _TAGS[: len(sizes)]), len(hashes))
        return cls(tuple(found), hashes, weights, edges, _sums(weights, edges))

    def __getitem__(self, name: str) -> Keys:
        """Keys of one view."""
        number = self.names.index(name)
        part = slice(int(self.edges[number]), int(self.edges[number + 1]))
        return Keys(self.hashes[part] & _HASH, self.weights[part])

    def count(self, name: str) -> int:
        """Number of keys of one view."""
        number = self.names.index(name)
        return int(self.edges[number + 1] - self.edges[number])

    def shares(self, other: Views) -> tuple[Floats64, Floats64]:
        """For each view, the share of it that the other text holds, and the share of the other's that this holds."""
        both = np.concatenate((self.hashes, other.hashes))
        # Two sorted runs, which a stable sort merges: a third of the time of searching one for the other's.
        order = np.argsort(both, kind="stable")
        both = both[order]
        twice = np.flatnonzero(both[1:] == both[:-1])
        mine, theirs = order[twice], order[twice + 1] - len(self.hashes)
        edges = np.searchsorted(mine, self.edges)
        of_mine, of_theirs = _sums(self.weights[mine], edges), _sums(other.weights[theirs], edges)
        return _divide(of_mine, self.totals), _divide(of_theirs, other.totals)


def _sums(weights: NDArray[np.float32], edges: NDArray[np.intp]) -> Floats64:
    running = np.zeros(len(weights) + 1)
    np.cumsum(weights, dtype=np.float64, out=running[1:])
    found = running[edges]
    sums: Floats64 = found[1:] - found[:-1]
    return sums


def _divide(parts: Floats64, totals: Floats64) -> Floats64:
    shares: Floats64 = np.divide(parts, totals, out=np.zeros_like(totals), where=totals > 0)
    return np.minimum(shares, 1)
