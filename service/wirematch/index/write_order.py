"""In which order many articles are stored at once, where shards store side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wirematch.fingerprint.minhash import Signature

MUCH_IN_COMMON = 4
"""Equal places of two signatures from which on one article may derive from the other: half of what a rewrite of a
language model has, of 128 (``docs/adr/0001``)."""


def write_waves(signatures: Sequence[Signature | None], homes: Sequence[int]) -> list[list[int]]:
    """Places of articles, wave by wave: a wave is stored when the one before it is.

    A shard keeps the order of what it is given. Across shards, an article waits for those before it that it has much
    in common with, so that of a copy and its original, the one that stands first is stored first. Mostly all is one
    wave.
    """
    wave = [0] * len(homes)
    if len(set(homes)) > 1:
        signed = [place for place, signature in enumerate(signatures) if signature is not None]
        if signed:
            rows = np.stack([np.asarray(signatures[place]) for place in signed])
            for later in range(1, len(signed)):
                common = (rows[:later] == rows[later]).sum(axis=1)
                for earlier in np.flatnonzero(common >= MUCH_IN_COMMON).tolist():
                    first, second = signed[earlier], signed[later]
                    wave[second] = max(wave[second], wave[first] + (homes[first] != homes[second]))
    return [[place for place, its in enumerate(wave) if its == number] for number in range(max(wave, default=-1) + 1)]
