"""Buckets of signatures as Redis stores them, and the page requests of the scripts that write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.bottom import joined_signature, mixed
from wirematch.fingerprint.minhash import FingerprintScheme, Signature
from wirematch.fingerprint.sampling import Sampling

POSTING = np.dtype([("bucket", "<u2"), ("number", "<u4")])
"""A posting in a page: upper 16 bits of the bucket's hash, and local document number. The page implies the lower 16
bits, as there are at least 65,536 pages."""
MIN_PAGES = 65_536
PARTS = 16
"""Redis hashes over which a shard's pages are distributed."""
MAX_PAGES_AHEAD = 16_384
"""Page splits after which a request is still valid, beyond the number of pages that the caller knows of."""

BucketHashes = NDArray[np.uint32]
"""Bucket hashes of an article, shape ``(permutations,)``; ``(0,)`` for an article without words."""
NO_HASHES: BucketHashes = np.empty(0, np.uint32)
_OTHER_THAN_ORDER = 0x9E3779B1
"""Mask for mixing again: the hashes in a bottom signature are the small ones, and must spread over all pages."""


def last_doubling(pages: int) -> int:
    """The largest power of two up to ``pages``: the current round of linear hashing."""
    return 1 << pages.bit_length() - 1


def page_of(hashes: BucketHashes, pages: int) -> BucketHashes:
    """Page of each bucket under linear hashing (Litwin, VLDB 1980)."""
    half = last_doubling(pages)
    page = hashes & np.uint32(2 * half - 1)
    return np.where(page < pages, page, page - np.uint32(half)).astype(np.uint32)


class Buckets(NamedTuple):
    """The buckets of an article."""

    all: BucketHashes
    """Buckets in which it is looked up."""
    posted_count: int
    """Number of these, from the first, in which it is stored."""

    @property
    def posted(self) -> BucketHashes:
        """Buckets in which it is stored."""
        return self.all[: self.posted_count]


def buckets_of(signature: Signature | None, scheme: FingerprintScheme) -> Buckets:
    """Return the buckets of a signature made by ``scheme``."""
    if signature is None:
        return Buckets(NO_HASHES, 0)
    if not scheme.permutes:
        parts, posted = joined_signature(signature, scheme.permutations, scheme.scheme)
        return Buckets(_mixed_again(parts), posted)
    hashes = bucket_hashes(signature)
    return Buckets(hashes, len(hashes))


def bucket_hashes(signature: Signature | None) -> BucketHashes:
    """Return one hash for each band of a MinHash signature and its minimum: MurmurHash3's finaliser (Appleby 2011).

    One in 2^32 pairs of buckets has equal hashes; looking up either bucket then finds the postings of both.
    """
    if signature is None:
        return NO_HASHES
    return hashes_of_buckets(signature, np.arange(len(signature)), Sampling.MINHASH)


def hashes_of_buckets(values: NDArray[np.uint32], bands: NDArray[np.intp], scheme: str) -> BucketHashes:
    """As ``bucket_hashes``, for any buckets given by value and band; without permutations, bands are ignored."""
    if scheme != Sampling.MINHASH:
        return _mixed_again(values)
    hashes: BucketHashes = mixed(values.astype(np.uint32) + (bands + 1).astype(np.uint32) * np.uint32(0x9E3779B1))
    return hashes


def _mixed_again(values: NDArray[np.uint32]) -> BucketHashes:
    return mixed(values, _OTHER_THAN_ORDER)


class BucketRequest:
    """A request for the buckets of at most 127 articles, in the format described in ``read_pages.lua``."""

    def __init__(self, articles: Sequence[BucketHashes]) -> None:
        """``articles`` has the buckets of each article."""
        self._hashes = np.concatenate([NO_HASHES, *articles])
        self._owners = np.repeat(np.arange(1, len(articles) + 1, dtype=np.uint8), list(map(len, articles)))
        self._half = 0

    def arguments(self, pages: int) -> list[int | bytes]:
        """Script arguments valid for ``pages`` and up to :data:`MAX_PAGES_AHEAD` more in the same doubling."""
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
        self._hashes, self._owners = self._hashes[order], self._owners[order]
        self._uppers = (self._hashes >> np.uint32(16)).astype("<u2")
