"""The order in which a batch is stored when shards store concurrently."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.minhash import FingerprintScheme, Signature

MINHASH = FingerprintScheme()
MUCH_IN_COMMON = 4
"""Equal rows, of 128, from which on one article may derive from the other: half of those of a language model's rewrite
(``docs/adr/0001``)."""


def write_waves(
    signatures: Sequence[Signature | None], homes: Sequence[int], scheme: FingerprintScheme = MINHASH
) -> list[list[int]]:
    """Return indices of articles in waves; a wave is stored only after the wave before it has been stored.

    ``homes`` has each article's shard. A shard stores its articles in the given order. An article comes in a later wave
    than any earlier article on another shard with at least :data:`MUCH_IN_COMMON` equal rows, so an original is stored
    before a copy that follows it in the batch. A batch without such pairs is one wave.
    """
    numbers = _wave_numbers(signatures, homes, scheme)
    waves: list[list[int]] = [[] for _ in range(max(numbers, default=-1) + 1)]
    for place, number in enumerate(numbers):
        waves[number].append(place)
    return waves


def _wave_numbers(signatures: Sequence[Signature | None], homes: Sequence[int], scheme: FingerprintScheme) -> list[int]:
    numbers = [0] * len(homes)
    if len(set(homes)) <= 1:
        return numbers
    signed = [place for place, signature in enumerate(signatures) if signature is not None]
    if not signed:
        return numbers
    common = _in_common([np.asarray(signatures[place]) for place in signed], scheme)
    for row, later in enumerate(signed):
        for column in np.flatnonzero(common[row, :row] >= MUCH_IN_COMMON).tolist():
            earlier = signed[column]
            numbers[later] = max(numbers[later], numbers[earlier] + (homes[earlier] != homes[later]))
    return numbers


def _in_common(signatures: Sequence[Signature], scheme: FingerprintScheme) -> NDArray[np.intp]:
    """Number of equal rows, or hashes, of any two of n signatures: shape (n, n)."""
    if scheme.permutes:
        rows = np.stack(signatures)
        return np.stack([(rows == row).sum(axis=1) for row in rows])
    _, columns = np.unique(np.concatenate(signatures), return_inverse=True)
    table = np.zeros((len(signatures), int(columns.max()) + 1), np.float32)
    table[np.repeat(np.arange(len(signatures)), list(map(len, signatures))), columns] = 1
    return (table @ table.T).astype(np.intp)
