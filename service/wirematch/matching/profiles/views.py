"""A text's distinct words and runs of words in each view, sorted for intersection with another text's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64, Hashes64, is_new

_BITS = 59
HASH = np.uint64((1 << _BITS) - 1)
"""Mask of a hash. The five bits above are the view's number, so that all views are looked up at once."""
_TAGS = np.arange(32, dtype=np.uint64) << np.uint64(_BITS)


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
    def gather(cls, found: Mapping[str, tuple[Hashes64, NDArray[np.float32] | None]]) -> Views:
        """Build at most 32 views from hashes, unsorted and with repetitions; without weights, each weighs 1.

        Of different weights of one hash in one view, the first counts.
        """
        parts = [hashes for hashes, _ in found.values()]
        sizes = [len(part) for part in parts]
        hashes = np.concatenate(parts)
        hashes &= HASH
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
