"""Choose which stories to measure: those similar enough, the most similar ones, and those that share an excerpt."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.scoring import screening as compiled
from wirematch.kernels.scoring.screening import ScreeningRules
from wirematch.matching.neighbours.event import PairsInEvent
from wirematch.matching.profiles.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, similarity
from wirematch.matching.profiles.text_profile import Profile


class Choice(IntEnum):
    """What to do with a story; the values are those of ``screening.c``."""

    UNLIKELY = 0
    """Do not measure: the two have too little in common."""
    MEASURED = 1
    EQUAL = 2
    """Do not measure: the story has exactly the submission's words."""


def choose(
    submission: Profile, stories: Sequence[Profile], pairs: PairsInEvent, at_least: int = MEASURED_AT_LEAST
) -> tuple[Floats64, NDArray[np.uint8]]:
    """Return, for m stories, their similarity to the submission and a ``Choice``; ``pairs`` are their event facts.

    The ``at_least`` most similar stories are measured even below the threshold if they may be about the same event.
    """
    forms = [story.form for story in stories if story.form is not None]
    if submission.form is not None and len(forms) == len(stories):
        found = compiled.screen(submission.form, forms, pairs, screening_rules(at_least))
        if found is not None:
            return found
    return choose_in_python(submission, stories, pairs, at_least)


def choose_in_python(
    submission: Profile, stories: Sequence[Profile], pairs: PairsInEvent, at_least: int
) -> tuple[Floats64, NDArray[np.uint8]]:
    """Reference implementation of the kernel."""
    alike = similarity(submission.outline, [story.outline for story in stories])
    alike *= [len(submission) * len(story) > 0 for story in stories]
    most_similar = np.argsort(-alike, kind="stable")[:at_least]
    chosen = alike >= WORTH_MEASURING
    chosen[most_similar] = alike[most_similar] >= RELATED
    chosen |= pairs["excerpt"] > 0
    choices = np.where(chosen, Choice.MEASURED, Choice.UNLIKELY).astype(np.uint8)
    for place in np.flatnonzero(chosen).tolist():
        if _equal(submission, stories[place]):
            choices[place] = Choice.EQUAL
    return alike, choices


@lru_cache(maxsize=256)
def screening_rules(at_least: int) -> ScreeningRules:
    """Rules for the compiled kernel."""
    return ScreeningRules(WORTH_MEASURING, RELATED, at_least)


def _equal(mine: Profile, theirs: Profile) -> bool:
    return len(mine) == len(theirs) and bool((mine.text.words == theirs.text.words).all())
