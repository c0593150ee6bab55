"""Passages of two texts that many others have, too: page furniture that no list of shapes knows."""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags
from wirematch.kernels.common import common_passages
from wirematch.matching.profiles.phrases import held
from wirematch.matching.profiles.text_profile import Profile

LEAST_IN_A_ROW = 12
"""Words in a row that many voices hold, from which on they are everybody's; fewer are an idiom."""


def common_to_both(submission: Profile, story: Profile, common: Flags) -> tuple[Flags, Flags]:
    """Which words of either stand in long rows that both have, of the ``common`` ones of the submission's n words."""
    if submission.form is not None and story.form is not None:
        found = common_passages(submission.form, story.form, common, LEAST_IN_A_ROW)
        if found is not None:
            return found
    return common_to_both_in_python(submission, story, long_enough(common))


def common_to_both_in_python(submission: Profile, story: Profile, mine: Flags) -> tuple[Flags, Flags]:
    """What the kernel is held to, of long rows alone; nothing of either where not of both."""
    theirs = long_enough(_same_phrases(submission, mine, story))
    return (mine, theirs) if theirs.any() else (np.zeros_like(mine), theirs)


def long_enough(flags: Flags) -> Flags:
    """The same without short stretches."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False)).reshape(-1, 2)
    kept = np.zeros(len(flags), np.bool_)
    for start, end in edges.tolist():
        if end - start >= LEAST_IN_A_ROW:
            kept[start:end] = True
    return kept


def _same_phrases(submission: Profile, flags: Flags, story: Profile) -> Flags:
    """The story's words within phrases of four words that the flagged ones make, too."""
    phrases = submission.phrases
    inside = np.zeros(len(phrases.keys), np.bool_)
    inside[phrases.fours[_starts(flags)]] = True
    [known] = held(story.phrases.keys, [phrases.keys[inside]])
    found = np.zeros(len(story), np.bool_)
    starts = np.flatnonzero(known[story.phrases.fours])
    for shift in range(4):
        found[starts + shift] = True
    return found


def _starts(flags: Flags) -> Flags:
    """Which runs of four words lie within the flagged ones."""
    size = max(0, len(flags) - 3)
    inside = flags[:size].copy()
    for shift in range(1, 4):
        inside &= flags[shift : shift + size]
    return inside
