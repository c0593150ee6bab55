"""Excerpts: runs of a reporter's own words that another text has verbatim.

A few words say nothing about two articles as a whole, so a model of pairs ignores them. But nobody writes another's 25
words by chance: such a run is reported however different the texts are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wirematch.arrays import Flags
from wirematch.matching.profiles.phrases import held, within
from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.runs import SEED_WORDS, Run

LEAST_EXCERPT = 25
"""Consecutive words, outside quotations in both texts, that make an excerpt."""
_FOURS = LEAST_EXCERPT - 3
"""Four-word phrases in such a run."""


def holds_excerpt(submission: Profile, story: Profile) -> bool:
    """Whether the submission holds an excerpt of the story.

    Every word of an excerpt lies in four-word phrases that occur outside quotations in both texts. That the story
    also quotes somebody with some of them elsewhere does not matter.
    """
    starts = within(submission.own, 4)
    return len(starts) >= _FOURS and _most_in_a_row(_in_story(submission, story, starts)) >= _FOURS


def longest_excerpt(submission: Profile, story: Profile, runs: Sequence[Run]) -> int:
    """Return the words of the longest excerpt of the story in the submission; 0 if there is none in one piece.

    Scattered and repeated phrases do not add up to a longer excerpt.
    """
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.end, last.story_end) == (run.start, run.story_start):  # cut where furniture stands
            joined[-1] = Run(last.start, last.story_start, last.length + run.length)
        else:
            joined.append(run)
    longest = max((_own_words(submission, story, run) for run in joined), default=0)
    return longest if longest >= LEAST_EXCERPT else 0


def _own_words(submission: Profile, story: Profile, run: Run) -> int:
    """Return the most words in a row of a run that are outside quotations in both texts.

    Where runs overlap, the later one is cut; the words cut off at its beginning count here, too.
    """
    words, story_words = submission.seeds.words, story.seeds.words
    start, story_start = run.start, run.story_start
    least = start - SEED_WORDS + 1
    while start > max(0, least) and story_start > 0 and words[start - 1] == story_words[story_start - 1]:
        start, story_start = start - 1, story_start - 1
    return _most_in_a_row(submission.own[start : run.end] & story.own[story_start : run.story_end])


def _in_story(submission: Profile, story: Profile, starts: Flags) -> Flags:
    """Flag those of ``starts`` at which a four-word phrase begins that the story also has outside quotations."""
    phrases = submission.phrases
    [own] = held(phrases.keys, [story.phrases.own_keys])
    in_both: Flags = own[phrases.fours] & starts
    return in_both


def _most_in_a_row(flags: Flags) -> int:
    """Length of the longest run of set flags."""
    unset = np.flatnonzero(np.concatenate(([True], ~flags, [True])))
    return int(np.diff(unset).max()) - 1
