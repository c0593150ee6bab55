"""Excerpts: runs of a reporter's own words that stand in another text word for word.

Few words say nothing of two articles as a whole, so a model of pairs passes over them. But nobody writes 25 words of
another by chance: such a run is reported whatever else the two are.
"""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags
from wirematch.matching.profiles.phrases import held, within
from wirematch.matching.profiles.text_profile import Profile

LEAST_EXCERPT = 25
"""Words in a row, own on both sides, that are an excerpt."""
_FOURS = LEAST_EXCERPT - 3
"""Phrases of four words that such a run has."""


def lifted(submission: Profile, story: Profile) -> bool:
    """Whether the submission holds an excerpt of the story.

    Every word of an excerpt stands within phrases of four words that the story has, outside of quotation marks in
    both texts; that the story quotes somebody with some of them elsewhere takes nothing from that.
    """
    phrases = submission.phrases
    starts = within(submission.own, 4)
    if len(starts) < _FOURS:
        return False
    [own] = held(phrases.keys, [story.phrases.own_keys])
    return _in_a_row(own[phrases.fours] & starts, _FOURS)


def _in_a_row(flags: Flags, least: int) -> bool:
    """Whether ``least`` neighbouring ones of at least so many flags are set."""
    before = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=before[1:])
    return bool((before[least:] - before[:-least] == least).any())
