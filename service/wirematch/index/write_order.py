"""The order in which a batch of articles is stored when shards store concurrently."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.fingerprint.minhash import FingerprintScheme, Signature

MINHASH = FingerprintScheme()
MUCH_IN_COMMON = 4
"""Equal rows of two signatures of 128 from which on one article may derive from the other: half of what a language
model's rewrite has (``docs/adr/0001``)."""


def write_waves(
    signatures: Sequence[Signature | None], homes: Sequence[int], scheme: FingerprintScheme = MINHASH
) -> list[list[int]]:
    """Indices of articles in waves: each wave is stored when the wave before it has been stored.

    ``homes`` has the shard of each article. A shard stores its articles in the order given. An article is in a later
    wave than any earlier article on another shard that has at least :data:`MUCH_IN_COMMON` equal rows, so an original
    is stored before a copy that follows it in the batch. A batch without such pairs is one wave.
    """
    wave = [0] * len(homes)
    if len(set(homes)) > 1:
        signed = [place for place, signature in enumerate(signatures) if signature is not None]
        if signed:
            common = _in_common([np.asarray(signatures[place]) for place in signed], scheme)
            for later in range(1, len(signed)):
                for earlier in np.flatnonzero(common[later, :later] >= MUCH_IN_COMMON).tolist():
                    first, second = signed[earlier], signed[later]
                    wave[second] = max(wave[second], wave[first] + (homes[first] != homes[second]))
    waves: list[list[int]] = [[] for _ in range(max(wave, default=-1) + 1)]
    for place, number in enumerate(wave):
        waves[number].append(place)
    return waves


def _in_common(signatures: Sequence[Signature], scheme: FingerprintScheme) -> NDArray[np.intp]:
    """How many equal rows, or hashes, each two of n signatures have: shape (n, n)."""
    if scheme.permutes:
        rows = np.stack(signatures)
        return np.stack([(rows == row).sum(axis=1) for row in rows])
    _, columns = np.unique(np.concatenate(signatures), return_inverse=True)
    table = np.zeros((len(signatures), int(columns.max()) + 1), np.float32)
    table[np.repeat(np.arange(len(signatures)), list(map(len, signatures))), columns] = 1
    return (table @ table.T).astype(np.intp)
