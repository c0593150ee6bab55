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
    starts = within(submission.own, 4)
    return len(starts) >= _FOURS and _most_in_a_row(_in_story(submission, story, starts)) >= _FOURS


def longest_excerpt(submission: Profile, story: Profile) -> int:
    """Words in the longest excerpt of the story that the submission holds; 0 if it holds none."""
    starts = within(submission.own, 4)
    fours = _most_in_a_row(_in_story(submission, story, starts)) if len(starts) else 0
    return fours + 3 if fours >= _FOURS else 0


def _in_story(submission: Profile, story: Profile, starts: Flags) -> Flags:
    """Flag the words, of ``starts``, with which four own words begin that the story has in a row, too."""
    phrases = submission.phrases
    [own] = held(phrases.keys, [story.phrases.own_keys])
    in_both: Flags = own[phrases.fours] & starts
    return in_both


def _most_in_a_row(flags: Flags) -> int:
    """How many consecutive flags are set at most."""
    unset = np.flatnonzero(np.concatenate(([True], ~flags, [True])))
    return int(np.diff(unset).max()) - 1
