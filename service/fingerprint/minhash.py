"""MinHash signatures and the buckets they fall into."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import xxhash
from datasketch import MinHash
from numpy.typing import NDArray

from service.fingerprint.shingles import SHINGLES, shingle
from service.text.prepare import CLEANING_VERSION, PreparedText

Signature = NDArray[np.uint32]
"""One minimum a permutation; every one is a band of its own, because rewrites share few shingles."""


@dataclass(frozen=True, slots=True)
class FingerprintScheme:
    """Everything that must be the same for two fingerprints to be comparable."""

    scheme: str = "affine32"
    permutations: int = 128
    seed: int = 1
    hash: str = "xxh32"
    shingles: str = SHINGLES
    cleaning: int = CLEANING_VERSION

    def record(self) -> dict[str, str]:
        """As an index keeps it."""
        return {name: str(value) for name, value in asdict(self).items()}


def sign(text: PreparedText, scheme: FingerprintScheme) -> Signature | None:
    """The MinHash signature of ``text``; None for a text without words, which is in no bucket.

    It is datasketch's own ``MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=xxh32)`` over the shingles in
    UTF-8 (Broder 1997).
    """
    return sign_shingles(shingle(text), scheme)


def sign_shingles(shingles: AbstractSet[str], scheme: FingerprintScheme) -> Signature | None:
    if not shingles:
        return None
    sketch = _empty(scheme).copy()
    sketch.update_batch([item.encode() for item in shingles])
    signature: Signature = sketch.hashvalues
    return signature


@cache
def _empty(scheme: FingerprintScheme) -> MinHash:
    """Copied for every text, because drawing the permutations takes longer than using them."""
    return MinHash(
        num_perm=scheme.permutations, seed=scheme.seed, scheme=scheme.scheme, hashfunc=xxhash.xxh32_intdigest
    )


def pack(signature: Signature | None) -> bytes:
    """Little-endian 32-bit integers, one a permutation; empty for None."""
    return b"" if signature is None else signature.astype("<u4").tobytes()


def unpack(packed: bytes) -> Signature | None:
    """The inverse of ``pack``."""
    return np.frombuffer(packed, "<u4") if packed else None
