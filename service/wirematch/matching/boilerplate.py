"""Leave out boilerplate: footers, disclaimers, 'about us', statements printed in full.

Page furniture that no list of patterns knows is recognised by the event. A passage that several independent stored
articles hold, too, says nothing about this pair and is left out of both texts for the comparison.
"""

from __future__ import annotations

import numpy as np

from wirematch.matching.neighbours.common_text import common_to_both
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.text_profile import Profile

LEAST_LEFT = 20
"""Least words that must be left of either text."""


def without_common(
    submission: Profile, story: Profile, event: Event, rarity: Rarity, pair: np.void | None = None
) -> tuple[Pair, Event]:
    """Return the pair without the passages that both texts and many others hold, and the event for it.

    Returned unchanged if there is no such passage or next to nothing would be left. ``pair`` has the event facts of
    the two if they are known already.
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
