"""Excerpts: runs of a reporter's own words that another text has verbatim.

A few words say nothing about two articles as a whole, so a model of pairs ignores them. But nobody writes another's 25
words by chance: such a run is reported however different the texts are.
"""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags
from wirematch.matching.profiles.phrases import held, within
from wirematch.matching.profiles.text_profile import Profile

LEAST_EXCERPT = 25
"""Consecutive words, outside quotations in both texts, that make an excerpt."""
_FOURS = LEAST_EXCERPT - 3
"""Four-word phrases in such a run."""


def lifted(submission: Profile, story: Profile) -> bool:
    """Whether the submission holds an excerpt of the story.

    Every word of an excerpt lies in four-word phrases that occur outside quotations in both texts. That the story
    also quotes somebody with some of them elsewhere does not matter.
    """
    phrases = submission.phrases
    starts = within(submission.own, 4)
    if len(starts) < _FOURS:
        return False
    [own] = held(phrases.keys, [story.phrases.own_keys])
    return _in_a_row(own[phrases.fours] & starts, _FOURS)


def _in_a_row(flags: Flags, least: int) -> bool:
    """Whether ``least`` consecutive flags are set; there are at least so many flags."""
    before = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=before[1:])
    return bool((before[least:] - before[:-least] == least).any())
