"""Buckets of signatures as the store knows them, 32 bits each: how to ask for them, and how to read the answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import NO_POSTINGS, Postings

POSTING = np.dtype([("bucket", "<u2"), ("number", "<u4")])
"""A record of a page: the upper 16 bits of a bucket's hash, and a document number. The lower 16 bits are implied by the
page, of which there are 65,536 or more."""
FEWEST_PAGES = 65_536
PARTS = 16
"""Hashes that hold a shard's pages."""
MOST_MORE = 16_384
"""Pages that may be there beyond those that a caller knows of."""

Hashes = NDArray[np.uint32]
"""Of the buckets of an article, shape ``(permutations,)``; ``(0,)`` for one without words."""
NO_HASHES: Hashes = np.empty(0, np.uint32)


def half_of(pages: int) -> int:
    """How many pages there were when their number last doubled."""
    return 1 << pages.bit_length() - 1


def bucket_hashes(signature: Signature | None) -> Hashes:
    """One hash for each (band, minimum): MurmurHash3's 32-bit finaliser (Appleby 2011).

    Two buckets of one index share a hash once in 2^32 pairs; the postings of one then count for the other, too.
    """
    if signature is None:
        return NO_HASHES
    bands = np.arange(1, len(signature) + 1, dtype=np.uint32)
    mixed: Hashes = signature.astype(np.uint32) + bands * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


class BucketRequest:
    """A request for the buckets of at most 255 articles, as ``lookup.lua`` describes it, and how to read its answer."""

    def __init__(self, articles: Sequence[Hashes]) -> None:
        sizes = [len(hashes) for hashes in articles]
        self._articles = len(articles)
        self._hashes = np.concatenate([NO_HASHES, *articles])
        self._owners = np.repeat(np.arange(1, len(sizes) + 1, dtype=np.uint8), sizes)
        self._bands = np.concatenate([NO_HASHES, *(np.arange(size) for size in sizes)]).astype(np.intp)
        self._half = 0

    def arguments(self, pages: int) -> list[int | bytes]:
        """What a script is sent, when there are ``pages``, or up to :data:`MOST_MORE` more."""
        self._sort(half_of(pages))
        doubled = self._hashes & np.uint32(2 * self._half - 1)
        counts = np.bincount(self._hashes % PARTS, minlength=PARTS)
        later = np.flatnonzero((doubled >= pages) & (doubled < pages + MOST_MORE))
        return [
            pages,
            counts.astype("<u2").tobytes(),
            np.where(doubled < pages, doubled, doubled - np.uint32(self._half)).astype("<u4").tobytes(),
            self._uppers.tobytes(),
            self._owners.tobytes(),
            (later + 1).astype("<u2").tobytes(),
            doubled[later].astype("<u4").tobytes(),
        ]

    def _sort(self, half: int) -> None:
        """By the hash that a page is in, by page, and by the one that it becomes when it is split."""
        if half == self._half:
            return
        self._half = half
        hashes, places = self._hashes.astype(np.uint64), np.arange(len(self._hashes), dtype=np.uint64)
        page, is_upper = hashes & np.uint64(half - 1), (hashes & np.uint64(half)) > 0
        key = (
            page % PARTS << np.uint64(48) | page // PARTS << np.uint64(17) | is_upper.astype(np.uint64) << np.uint64(16)
        )
        key |= places
        key.sort()
        order = (key & np.uint64(0xFFFF)).astype(np.intp)
        self._hashes, self._owners, self._bands = self._hashes[order], self._owners[order], self._bands[order]
        self._uppers = (self._hashes >> np.uint32(16)).astype("<u2")

    def read(self, pages: Sequence[bytes], cap: int, home: int = 0) -> list[Postings]:
        """For each article, what its buckets hold: of each bucket at most ``cap`` documents, the newest.

        ``home`` is the number, 0 in its lower 32 bits, that says which shard of which generation they are of.
        """
        if not pages:
            return [NO_POSTINGS] * self._articles
        records = np.frombuffer(b"".join(pages), POSTING)
        lengths = np.fromiter(map(len, pages), np.intp, len(pages)) // POSTING.itemsize
        places = np.repeat(np.arange(len(self._hashes)), lengths)
        found = np.flatnonzero(records["bucket"] == self._uppers[places])
        places = places[found]
        sizes = np.bincount(places, minlength=len(self._hashes))
        if sizes.max(initial=0) > cap:
            newest = np.cumsum(sizes)[places] - np.arange(len(places)) <= cap
            found, places = found[newest], places[newest]
        owners = self._owners[places]
        order = np.argsort(owners, kind="stable")
        numbers = records["number"][found[order]] | np.uint64(home)
        bands = self._bands[places[order]]
        ends = np.cumsum(np.bincount(owners, minlength=self._articles + 1))
        return [Postings(numbers[start:end], bands[start:end]) for start, end in itertools.pairwise(ends)]
