"""MinHash signatures and the buckets they fall into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from service.fingerprint.shingles import SHINGLES, hash_pairs
from service.fingerprint.terms import Reading, read_many

Signature = NDArray[np.uint32]
"""One minimum a permutation; every one is a band of its own, because rewrites share few shingles."""

VERSION = 1
"""Raised whenever a change in how texts are read would give stored articles other signatures."""
AT_ONCE = 64
"""Texts read together: enough to share numpy's overhead, few enough to stay in the processor's cache."""
PAIRS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class FingerprintScheme:
    """Everything that must be the same for two fingerprints to be comparable."""

    scheme: str = "affine32"
    permutations: int = 128
    seed: int = 1
    hash: str = "xxh32"
    shingles: str = SHINGLES
    version: int = VERSION

    def record(self) -> dict[str, str]:
        """As an index keeps it."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What can be said of a text without cleaning it."""

    signature: Signature | None
    """None for a text without words, which is in no bucket."""
    shingles: NDArray[np.uint32]
    """n distinct ones, sorted."""
    words: int
    known: bool
    """Whether the text is in a language whose function words are known."""


def sign(body: str, scheme: FingerprintScheme) -> Signature | None:
    """The MinHash signature of ``body``; None for a text without words, which is in no bucket.

    It depends on the text as submitted and on nothing else: not on what cleaning takes for furniture, nor on the
    headline, so better cleaning never asks for another index.
    """
    return fingerprint_many([body], scheme)[0].signature


def sign_many(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Signature | None]:
    """The same of many, in order, for less."""
    return [found.signature for found in fingerprint_many(bodies, scheme)]


def fingerprint_many(bodies: Sequence[str], scheme: FingerprintScheme) -> list[Fingerprint]:
    """The signatures of many texts, in order, with what they were made from.

    Each is datasketch's own ``MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=xxh32)`` over the shingles,
    which are the eight bytes of two neighbouring content words' hashes (Broder 1997).
    """
    room = np.empty((PAIRS_AT_ONCE, scheme.permutations), np.uint32)
    return [_fingerprint(text, shingles, scheme, room) for text, shingles in _shingled(bodies)]


def shingle_many(bodies: Sequence[str]) -> list[NDArray[np.uint32]]:
    """The shingles of many texts, in order, without signatures."""
    return [shingles for _, shingles in _shingled(bodies)]


def _shingled(bodies: Sequence[str]) -> Iterator[tuple[Reading, NDArray[np.uint32]]]:
    for start in range(0, len(bodies), AT_ONCE):
        yield from _at_once(bodies[start : start + AT_ONCE])


def _at_once(bodies: Sequence[str]) -> Iterator[tuple[Reading, NDArray[np.uint32]]]:
    read = read_many(bodies)
    joined = np.concatenate([text.terms for text in read])
    pairs = hash_pairs(joined[:-1], joined[1:])
    ends = np.cumsum([len(text.terms) for text in read]).tolist()
    # A pair across two texts lies between the end of one and the beginning of the next, and is passed over.
    for text, end in zip(read, ends, strict=True):
        yield text, np.unique(pairs[max(0, end - len(text.terms)) : max(0, end - 1)])


def _fingerprint(
    text: Reading, shingles: NDArray[np.uint32], scheme: FingerprintScheme, room: NDArray[np.uint32]
) -> Fingerprint:
    signature = _minima(_finish(shingles), scheme, room) if len(shingles) else None
    return Fingerprint(signature, shingles, text.words, text.known)


def _minima(hashes: NDArray[np.uint32], scheme: FingerprintScheme, room: NDArray[np.uint32]) -> Signature:
    """The smallest value of each permutation, worked out in ``room``: fresh memory would take longer than the sums."""
    factors, summands = _permutations(scheme)
    smallest = np.full(scheme.permutations, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(hashes), len(room)):
        some = hashes[start : start + len(room), None]
        permuted = np.multiply(some, factors, out=room[: len(some)])
        permuted += summands
        np.minimum(smallest, permuted.min(axis=0), out=smallest)
    return smallest


def _finish(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's last step, through which datasketch's affine scheme sends every hash first."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))


@cache
def _permutations(scheme: FingerprintScheme) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Datasketch's own, drawn by it."""
    sketch = MinHash(num_perm=scheme.permutations, seed=scheme.seed, scheme=scheme.scheme)
    factors, summands = sketch.permutations
    return factors.astype(np.uint32), summands.astype(np.uint32)


def pack(signature: Signature | None) -> bytes:
    """Little-endian 32-bit integers, one a permutation; empty for None."""
    return b"" if signature is None else signature.astype("<u4").tobytes()


def unpack(packed: bytes) -> Signature | None:
    """The inverse of ``pack``."""
    return np.frombuffer(packed, "<u4") if packed else None
