"""Which names in one text stand in the place of others in another text?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from wirematch.matching.profiles.text_profile import MOST_IN_ORDER, Profile

ALIKE = 0.7
"""Similarity of two names from which on they are one, spelled otherwise, inflected or misread."""
LEAST_JOINED = 3
"""Letters from which on a name is recognised within a longer one."""


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a text that may be names: its content words with a capital."""

    at: dict[int, str]
    """Position -> stem; words at the beginning of a sentence are among them."""
    stems: frozenset[str]
    """Of all these words."""
    certain: frozenset[str]
    """The stems that are certainly names."""

    @classmethod
    def of(cls, side: Profile, *, spelled: bool) -> Names:
        """Find the names of a text; where it is not ``spelled``, they are hashes of stems."""
        text = side.text
        places = np.flatnonzero((text.capitals & text.content & ~text.numbers)[:MOST_IN_ORDER]).tolist()
        at = {place: text.terms[place] if spelled else str(text.stems[place]) for place in places}
        certain = frozenset(stem for place, stem in at.items() if side.names[place])
        return cls(at, frozenset(at.values()), certain)

    def within(self, words: slice) -> list[str]:
        """Return the stems of a stretch, in order."""
        return [self.at[place] for place in range(words.start, words.stop) if place in self.at]


def replaced_names(
    mine: Names, here: slice, theirs: Names, there: slice, *, spelled: bool
) -> Iterator[tuple[str, str]]:
    """Yield the names of two stretches that stand for one another, unless they are alike or both texts have both."""
    in_mine, in_theirs = mine.within(here), theirs.within(there)
    left = [one for one in in_mine if one not in in_theirs]
    right = [one for one in in_theirs if one not in in_mine]
    for one, other in zip(left, right, strict=False):
        if one in theirs.stems and other in mine.stems:
            continue
        if not spelled or not any(_are_alike(one, it) for it in right):
            yield one, other


def _are_alike(one: str, other: str) -> bool:
    """Whether two names may be one: spelled otherwise, or joined with a neighbour."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= LEAST_JOINED and shorter in longer:
        return True
    return Levenshtein.normalized_similarity(one, other) >= ALIKE
