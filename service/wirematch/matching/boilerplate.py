"""Leave out what everybody has: footers, disclaimers, 'about us', statements printed in full.

Page furniture that no list of shapes knows is told by the event itself. A passage that several independent stored
articles hold, too, says nothing of these two, and stands in neither for the comparison.
"""

from __future__ import annotations

import numpy as np

from wirematch.arrays import Flags
from wirematch.kernels.common import common_passages
from wirematch.matching.event import LEAST_IN_A_ROW, Event, long_enough
from wirematch.matching.pair import Pair
from wirematch.matching.phrases import held
from wirematch.matching.profile import profile
from wirematch.matching.rarity import Rarity
from wirematch.matching.text_profile import Profile

LEAST_LEFT = 20
"""Words that must be left of either text."""


def without_common(
    submission: Profile, story: Profile, event: Event, rarity: Rarity, pair: np.void | None = None
) -> tuple[Pair, Event]:
    """The two texts, and the event for them, without the passages that ``Event.common`` finds in both.

    They are left whole where there is no such passage, or where next to nothing would be left. ``pair`` is what the
    event says of the two, where it is known.
    """
    mine, theirs = _common_to_both(submission, story, event, pair)
    if not theirs.any() or min((~mine).sum(), (~theirs).sum()) < LEAST_LEFT:
        return Pair(submission, story), event
    left, around = event.without(mine, rarity)
    return Pair(left, profile(story.text.without(theirs), rarity)), around


def _common_to_both(submission: Profile, story: Profile, event: Event, pair: np.void | None) -> tuple[Flags, Flags]:
    """Which words of either stand in passages that both have, and many voices."""
    if submission.form is not None and story.form is not None:
        found = common_passages(submission.form, story.form, event.in_common_phrases(story, pair), LEAST_IN_A_ROW)
        if found is not None:
            return found
    return common_to_both_in_python(submission, story, event.common(story, pair))


def common_to_both_in_python(submission: Profile, story: Profile, mine: Flags) -> tuple[Flags, Flags]:
    """What the kernel is held to, from what ``Event.common`` says; nothing of either where not of both."""
    theirs = long_enough(_same_phrases(submission, mine, story))
    return (mine, theirs) if theirs.any() else (np.zeros_like(mine), theirs)


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
