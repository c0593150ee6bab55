"""Buckets of signatures as Redis has them: the request for the pages that they are in, and how to read the answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.minhash import Signature
from wirematch.fingerprint.ranking import NO_POSTINGS, Postings

POSTING = np.dtype([("bucket", "<u2"), ("number", "<u4")])
"""A posting in a page: upper 16 bits of the bucket's hash, local document number. The page implies the lower 16 bits,
because there are at least 65,536 pages."""
MIN_PAGES = 65_536
PARTS = 16
"""Redis hashes over which the pages of a shard are distributed."""
MAX_PAGES_AHEAD = 16_384
"""A request also holds for this many more pages than the caller knows of."""

BucketHashes = NDArray[np.uint32]
"""Bucket hashes of an article, shape ``(permutations,)``; ``(0,)`` for an article without words."""
NO_HASHES: BucketHashes = np.empty(0, np.uint32)


def last_doubling(pages: int) -> int:
    """The largest power of two that is not above ``pages``: the round of linear hashing that the pages are in."""
    return 1 << pages.bit_length() - 1


def page_of(hashes: BucketHashes, pages: int) -> BucketHashes:
    """The page of each bucket under linear hashing (Litwin, VLDB 1980), given the number of pages."""
    half = last_doubling(pages)
    page = hashes & np.uint32(2 * half - 1)
    return np.where(page < pages, page, page - np.uint32(half)).astype(np.uint32)


def bucket_hashes(signature: Signature | None) -> BucketHashes:
    """One hash for each band and its minimum: MurmurHash3's 32-bit finaliser (Appleby 2011).

    Of 2^32 pairs of buckets, one has equal hashes; a look-up of one bucket then finds the postings of both.
    """
    if signature is None:
        return NO_HASHES
    return hashes_of_buckets(signature, np.arange(len(signature)))


def hashes_of_buckets(minima: NDArray[np.uint32], bands: NDArray[np.intp]) -> BucketHashes:
    """The same of any buckets, each given by its minimum and its band."""
    mixed: BucketHashes = minima.astype(np.uint32) + (bands + 1).astype(np.uint32) * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


class BucketRequest:
    """A request for the buckets of at most 255 articles, in the form that ``read_pages.lua`` describes."""

    def __init__(self, articles: Sequence[BucketHashes]) -> None:
        """``articles`` has the bucket hashes of each."""
        sizes = [len(hashes) for hashes in articles]
        self._articles = len(articles)
        self._hashes = np.concatenate([NO_HASHES, *articles])
        self._owners = np.repeat(np.arange(1, len(sizes) + 1, dtype=np.uint8), sizes)
        self._bands = np.concatenate([NO_HASHES, *(np.arange(size) for size in sizes)]).astype(np.intp)
        self._half = 0

    def arguments(self, pages: int) -> list[int | bytes]:
        """Script arguments that hold for ``pages`` and for up to :data:`MAX_PAGES_AHEAD` more of the same doubling."""
        half = last_doubling(pages)
        self._sort(half)
        after_split = self._hashes & np.uint32(2 * half - 1)
        counts = np.bincount(self._hashes % PARTS, minlength=PARTS)
        moving = np.flatnonzero((after_split >= pages) & (after_split < pages + MAX_PAGES_AHEAD))
        return [
            pages,
            counts.astype("<u2").tobytes(),
            page_of(self._hashes, pages).astype("<u4").tobytes(),
            self._uppers.tobytes(),
            self._owners.tobytes(),
            (moving + 1).astype("<u2").tobytes(),
            after_split[moving].astype("<u4").tobytes(),
        ]

    def _sort(self, half: int) -> None:
        """Sort the buckets by part, by page before its split, and by page after its split."""
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
        """The postings of each article's buckets, the newest ``cap`` of each bucket.

        ``pages`` has the postings of each bucket's page, in the order of the last :meth:`arguments`. ``home`` is the
        document number 0 of the shard and generation, and gives the postings their upper 32 bits.
        """
        if not pages:
            return [NO_POSTINGS] * self._articles
        postings = np.frombuffer(b"".join(pages), POSTING)
        lengths = np.fromiter(map(len, pages), np.intp, len(pages)) // POSTING.itemsize
        places = np.repeat(np.arange(len(self._hashes)), lengths)
        found = np.flatnonzero(postings["bucket"] == self._uppers[places])
        places = places[found]
        sizes = np.bincount(places, minlength=len(self._hashes))
        if sizes.max(initial=0) > cap:
            newest = np.cumsum(sizes)[places] - np.arange(len(places)) <= cap
            found, places = found[newest], places[newest]
        owners = self._owners[places]
        order = np.argsort(owners, kind="stable")
        numbers = postings["number"][found[order]] | np.uint64(home)
        bands = self._bands[places[order]]
        ends = np.cumsum(np.bincount(owners, minlength=self._articles + 1))
        return [Postings(numbers[start:end], bands[start:end]) for start, end in itertools.pairwise(ends)]
