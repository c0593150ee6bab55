"""Passages of two texts that many others hold, too: page furniture that no list of patterns knows."""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags
from wirematch.kernels.scoring.event import common_passages
from wirematch.matching.profiles.phrases import held
from wirematch.matching.profiles.text_profile import Profile

LEAST_IN_A_ROW = 12
"""Words in a row held by many voices from which on they are boilerplate; fewer are an idiom."""


def common_to_both(submission: Profile, story: Profile, common: Flags) -> tuple[Flags, Flags]:
    """Flag the words of both texts in long runs that both have; only ``common`` words of the submission qualify."""
    if submission.form is not None and story.form is not None:
        found = common_passages(submission.form, story.form, common, LEAST_IN_A_ROW)
        if found is not None:
            return found
    return common_to_both_in_python(submission, story, long_enough(common))


def common_to_both_in_python(submission: Profile, story: Profile, mine: Flags) -> tuple[Flags, Flags]:
    """Reference implementation of the kernel, given long runs only; flags nothing in one text unless in both."""
    theirs = long_enough(_same_phrases(submission, mine, story))
    return (mine, theirs) if theirs.any() else (np.zeros_like(mine), theirs)


def long_enough(flags: Flags) -> Flags:
    """Clear the flags of runs shorter than LEAST_IN_A_ROW."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False)).reshape(-1, 2)
    kept = np.zeros(len(flags), np.bool_)
    for start, end in edges.tolist():
        if end - start >= LEAST_IN_A_ROW:
            kept[start:end] = True
    return kept


def _same_phrases(submission: Profile, flags: Flags, story: Profile) -> Flags:
    """Flag the story's words within four-word phrases that the flagged words of the submission form, too."""
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
    """Flag the four-word windows that lie within the flagged words."""
    size = max(0, len(flags) - 3)
    inside = flags[:size].copy()
    for shift in range(1, 4):
        inside &= flags[shift : shift + size]
    return inside
