"""Excerpts: runs of a reporter's own words that stand in another text word for word.

Few words say nothing of two articles as a whole, so a model of pairs passes over them. But nobody writes 25 words of
another by chance: such a run is reported whatever else the two are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags
from wirematch.matching.event import Event
from wirematch.matching.phrases import held, within
from wirematch.matching.profile import Profile

LEAST_EXCERPT = 25
"""Words in a row, own on both sides, that are an excerpt."""
_FOURS = LEAST_EXCERPT - 3
"""Phrases of four words that such a run has."""


def lifted(submission: Profile, stories: Sequence[Profile], event: Event) -> list[bool]:
    """Of each of the stories whether the submission, whose event this is, holds an excerpt of it.

    Every word of an excerpt stands within phrases of four words that the story has, outside of quotation marks in
    both texts.
    """
    phrases = submission.phrases
    starts = within(submission.own, 4)
    if len(starts) < _FOURS or not stories:
        return [False] * len(stories)
    found = np.array([event.held_by(story) for story in stories])
    likely = np.flatnonzero(_in_a_row(found[:, phrases.fours] & starts, _FOURS)).tolist()
    excerpts = [False] * len(stories)
    if likely:
        own = held(phrases.keys, [stories[place].phrases.own_keys for place in likely])
        for place, holds in zip(likely, _in_a_row(own[:, phrases.fours] & starts, _FOURS).tolist(), strict=True):
            excerpts[place] = holds
    return excerpts


def _in_a_row(flags: Flags, least: int) -> Flags:
    """Of each of m rows whether ``least`` neighbouring flags are set; there must be so many columns."""
    before: NDArray[np.int32] = np.zeros((len(flags), flags.shape[1] + 1), np.int32)
    np.cumsum(flags, axis=1, out=before[:, 1:])
    return np.asarray((before[:, least:] - before[:, :-least] == least).any(axis=1))
