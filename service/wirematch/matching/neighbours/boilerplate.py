"""Leave out what everybody has: footers, disclaimers, 'about us', statements printed in full.

Page furniture that no list of shapes knows is told by the event itself. A passage that several independent stored
articles hold, too, says nothing of these two, and stands in neither for the comparison.
"""

from __future__ import annotations

import numpy as np

from wirematch.matching.neighbours.event import Event
from wirematch.matching.neighbours.everybodys import common_to_both
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile

LEAST_LEFT = 20
"""Words that must be left of either text."""


def without_common(
    submission: Profile, story: Profile, event: Event, rarity: Rarity, pair: np.void | None = None
) -> tuple[Pair, Event]:
    """The two texts, and the event for them, without the passages that are in both and in many others.

    They are left whole where there is no such passage, or where next to nothing would be left. ``pair`` is what the
    event says of the two, where it is known.
    """
    if pair is None:
        [pair] = event.pairs([story])
    if not pair["common"]:
        return Pair(submission, story), event
    mine, theirs = common_to_both(submission, story, event.in_common_phrases(story, pair))
    if min((~mine).sum(), (~theirs).sum()) < LEAST_LEFT:
        return Pair(submission, story), event
    left, around = event.without(mine, rarity)
    return Pair(left, profile(story.text.without(theirs), rarity)), around
