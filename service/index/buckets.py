"""Buckets of a signature as the store knows them: 32 bits each, and how to read what a query finds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.fingerprint.minhash import Signature
from service.fingerprint.ranking import NO_POSTINGS, Postings

POSTING = np.dtype([("bucket", "<u2"), ("number", "<u4")])
"""A record of a page: the upper 16 bits of a bucket's hash, and a document number; 0 is a free record. The lower 16
bits are implied by the page, of which there are 65,536 or more."""
PIECE = np.dtype([("place", "<u4"), ("bytes", "<u4")])


def bucket_hashes(signature: Signature) -> NDArray[np.uint32]:
    """One hash for each (band, minimum), shape ``(permutations,)``: MurmurHash3's 32-bit finaliser (Appleby 2011).

    Two buckets of one index share a hash once in 2^32 pairs; the postings of one then count for the other, too.
    """
    bands = np.arange(1, len(signature) + 1, dtype=np.uint32)
    mixed: NDArray[np.uint32] = signature.astype(np.uint32) + bands * np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def pack_hashes(signature: Signature | None) -> bytes:
    """As the scripts read them; empty for None."""
    return b"" if signature is None else bucket_hashes(signature).astype("<u4").tobytes()


def read_postings(answer: bytes, hashes: bytes, cap: int, home: int = 0) -> Postings:
    """What ``lookup.lua`` packed for ``hashes``: of each bucket at most ``cap`` documents, the newest.

    ``home`` is the number, 0 in its lower 32 bits, that says which shard of which generation they are of.
    """
    count = int.from_bytes(answer[:4], "little")
    if not count:
        return NO_POSTINGS
    pieces = np.frombuffer(answer, PIECE, count, 4)
    records = np.frombuffer(answer, POSTING, offset=4 + count * PIECE.itemsize)
    wanted = (np.frombuffer(hashes, "<u4")[pieces["place"]] >> np.uint32(16)).astype(np.uint16)
    lengths = pieces["bytes"] // np.uint32(POSTING.itemsize)
    found = np.flatnonzero(records["bucket"] == np.repeat(wanted, lengths))
    found = found[records["number"][found] > 0]
    ends = np.cumsum(lengths, dtype=np.intp)
    pages = np.searchsorted(ends, found, side="right")
    sizes = np.bincount(pages, minlength=count)
    if sizes.max(initial=0) > cap:
        newest = np.cumsum(sizes)[pages] - np.arange(len(pages)) <= cap
        found, pages = found[newest], pages[newest]
    return Postings(records["number"][found] | np.uint64(home), pieces["place"][pages].astype(np.intp))
