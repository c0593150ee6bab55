"""The phrases of a text: its distinct runs of three and of four words, and whether they are quoted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, is_new
from wirematch.matching.runs import ngram_hashes

PhraseKeys = NDArray[np.uint32]

SIZES = (3, 4)
"""Words of a phrase. The last bit of a key tells them apart: 0 for three words, 1 for four."""
SAMPLED = np.uint32(4)
_LAST_BIT = np.uint32(1)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


@dataclass(frozen=True, eq=False)
class Phrases:
    """The ``p`` distinct phrases of a text of ``n`` words."""

    keys: PhraseKeys
    """p, sorted: 31 bits of a hash, then the bit for the size."""
    own: Flags
    """p flags: occurs outside quotations."""
    spoken: Flags
    """p flags: occurs within quotations."""
    fours: NDArray[np.uint32]
    """max(0, n - 3) indices into ``keys``: the phrase of four words that begins at each word."""
    own_sizes: tuple[int, int]
    """Number of phrases of three and of four words that occur outside quotations."""
    sample: PhraseKeys
    """One in ``SAMPLED`` of the own phrases of three words, chosen by hash; enough to estimate similarity."""

    @cached_property
    def longer(self) -> Flags:
        """P flags: has four words."""
        return (self.keys & _LAST_BIT).astype(np.bool_)

    @cached_property
    def own_keys(self) -> PhraseKeys:
        """Those of ``keys`` that occur outside quotations, also if they are quoted elsewhere."""
        return self.keys[self.own]

    @classmethod
    def in_python(cls, words: NDArray[np.uint32], spoken: Flags) -> Phrases:
        """Reference implementation of the kernel: from n word hashes and n flags of quoted words."""
        parts = [_keys(words, size) for size in SIZES]
        keys = np.concatenate(parts)
        own = np.concatenate([within(~spoken, size) for size in SIZES])
        said = np.concatenate([within(spoken, size) for size in SIZES])
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        new = is_new(ordered)
        starts = np.flatnonzero(new)
        places = np.empty(len(keys), np.uint32)
        places[order] = np.cumsum(new) - 1
        distinct = ordered[new]
        if len(starts):
            own, said = (np.logical_or.reduceat(flags[order], starts) for flags in (own, said))
        longer = (distinct & _LAST_BIT).astype(np.bool_)
        own_fours = int((own & longer).sum())
        threes = distinct[own & ~longer]
        return cls(
            keys=distinct,
            own=own,
            spoken=said,
            fours=places[len(parts[0]) :],
            own_sizes=(len(threes), own_fours),
            sample=threes[(threes >> np.uint32(1)) % SAMPLED == 0],
        )


def _keys(words: NDArray[np.uint32], size: int) -> PhraseKeys:
    hashes = ((ngram_hashes(words, size) * _SPREAD) >> _SHIFT).astype(np.uint32)
    return (hashes & ~_LAST_BIT) | np.uint32(size == SIZES[-1])


def within(mask: Flags, size: int) -> Flags:
    """Return for each run of ``size`` words whether ``mask`` is set for all of them."""
    count = max(0, len(mask) - size + 1)
    inside = mask[:count]
    for shift in range(1, size):
        inside = inside & mask[shift : shift + count]
    return inside


def held(mine: PhraseKeys, others: list[PhraseKeys]) -> Flags:
    """Return m x p flags: which of my p keys each of m other texts holds. All keys are sorted and distinct."""
    table = np.zeros((len(others), len(mine)), np.bool_)
    if not len(mine) or not others:
        return table
    joined = np.concatenate(others)
    # Most are not mine: a table by the upper bits rules out nearly all of these in a fifth of the time of a search.
    present = np.zeros(1 << 16, np.bool_)
    present[mine >> np.uint32(16)] = True
    likely = np.flatnonzero(present[joined >> np.uint32(16)])
    places = np.minimum(np.searchsorted(mine, joined[likely]), len(mine) - 1)
    found = mine[places] == joined[likely]
    edges = np.cumsum([len(other) for other in others])
    table[np.searchsorted(edges, likely[found], side="right"), places[found]] = True
    return table
