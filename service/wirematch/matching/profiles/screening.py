"""Decide quickly which of many stories share enough with a submission to be measured in full.

An index returns candidates by the dozen, most of which share a name and a date. Screening compares the rarity-weighted
content words and the word trigrams of all of them in a few array operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Hashes32, Hashes64, is_new
from wirematch.matching.profiles.views import HASH

_SLOT_BITS = 17
_SLOTS = 1 << _SLOT_BITS
"""Hash slots for each of the two kinds; of 400 trigrams, about one collides by chance."""

WORTH_MEASURING = 0.28
"""Similarity below which pairs are not measured. Of derived pairs, seven in a thousand lie lower, mostly rewrites that
tell something else; of an index's 32 best candidates, four lie higher."""

MEASURED_AT_LEAST = 2
"""Most similar stories that are measured even below WORTH_MEASURING, if they may be about the same event."""
RELATED = 0.14
"""Similarity below which two texts are about different things."""


@dataclass(frozen=True, eq=False)
class Outline:
    """What screening reads of a text: ``c`` distinct content words and ``t`` distinct trigrams."""

    slots: NDArray[np.uint32]
    """c + t slots in a table of twice 2**17."""
    weights: NDArray[np.float32]
    """c + t weights; trigrams weigh 1."""
    content: int
    """c."""
    totals: tuple[float, float]
    """Total weight of content words, and of trigrams."""

    @classmethod
    def of(cls, content: Hashes32, content_weights: NDArray[np.float32], trigrams: Hashes64) -> Outline:
        """Return the outline of a text with these distinct content words, and trigrams in any order."""
        ordered = np.sort(trigrams & HASH)
        ordered = ordered[is_new(ordered)]
        slots = np.concatenate((content % _SLOTS, ordered % _SLOTS + _SLOTS)).astype(np.uint32)
        weights = np.concatenate((content_weights, np.ones(len(ordered), np.float32)))
        totals = float(content_weights.sum(dtype=np.float64)), float(len(ordered))
        return cls(slots, weights, len(content), totals)


def similarity(submission: Outline, stories: Sequence[Outline]) -> NDArray[np.float64]:
    """Return the similarity of each story to the submission, between 0 and 2.

    The larger share of content words plus the larger share of trigrams that one text holds of the other. A text
    without content words counts as fully similar, as nothing speaks against it.
    """
    if not stories:
        return np.empty(0)
    held = np.zeros(2 * _SLOTS, np.bool_)
    held[submission.slots] = True
    found = np.flatnonzero(held.take(np.concatenate([story.slots for story in stories])))
    weights = np.concatenate([story.weights for story in stories])[found]
    running = np.concatenate(([0.0], np.cumsum(weights, dtype=np.float64)))
    sizes = np.array([(story.content, len(story.slots) - story.content) for story in stories])
    edges = np.concatenate(([0], np.cumsum(sizes)))
    shared = np.diff(running[np.searchsorted(found, edges)]).reshape(-1, 2)
    smaller = np.minimum(np.array([story.totals for story in stories]), submission.totals)
    shares = np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0)
    alike: NDArray[np.float64] = np.minimum(shares, 1).sum(axis=1)
    return np.where(smaller[:, 0] > 0, alike, 2.0)
