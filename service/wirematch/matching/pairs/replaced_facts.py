"""Do two texts say the same in nearly the same words, or the same words about something else?

Automated reports (earthquakes, closing prices, results) are filled into one template: all words agree but the figures
and names. Such a text is no copy of another one, as it tells something else. A fact counts as replaced if figures
stand in both texts between equal words, or names do, and differ. What only one text has (a note, a place line), or has
as another kind of word (a weekday instead of a date), replaces nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from wirematch.matching.pairs.replaced_figures import Figures, replaced_figures
from wirematch.matching.profiles.text_profile import MOST_IN_ORDER, Profile
from wirematch.text.imprint import PLACEHOLDER
from wirematch.text.prepared import PreparedText

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


SHARE = 1 / 3
"""Share of a text's figures, or of its names. If that many are replaced, the text is another report, provided that they
are at least ``SEVERAL`` or the text is shorter than ``BRIEF``."""
SEVERAL = 2
BRIEF = 60
"""In words."""
DENSE = 1 / 25
"""Replaced figures and names per word. If there are that many, and at least ``SEVERAL``, the text is another report,
whatever share of its figures and names they are."""


def tells_otherwise(one: Profile, other: Profile) -> bool:
    """Whether two texts of nearly the same words differ in their figures or names, so that they tell of two things."""
    if np.array_equal(one.text.words, other.text.words):
        return False
    differing = [(here, there) for here, there in _differing(one, other) if _may_replace(one, here, other, there)]
    if not differing:
        return False
    spelled = _is_spelled(one.text) and _is_spelled(other.text)
    my_figures, their_figures = (Figures.of(side.text, spelled=spelled) for side in (one, other))
    my_names, their_names = (Names.of(side, spelled=spelled) for side in (one, other))
    figures: set[tuple[str, str]] = set()
    capitals: set[tuple[str, str]] = set()
    for here, there in differing:
        figures.update(replaced_figures(my_figures, here, their_figures, there))
        capitals.update(replaced_names(my_names, here, their_names, there, spelled=spelled))
    names = [pair for pair in capitals if pair[0] in my_names.certain or pair[1] in their_names.certain]
    words = min(len(one), len(other))
    least = 1 if words < BRIEF else SEVERAL
    of_figures = SHARE * min(len(my_figures.values), len(their_figures.values))
    of_names = SHARE * min(len(my_names.certain), len(their_names.certain))
    return (
        len(figures) >= max(least, of_figures)
        or len(names) >= max(least, of_names)
        or len(figures) + len(names) >= max(SEVERAL, of_figures + of_names)
        or len(figures) + len(capitals) >= max(SEVERAL, DENSE * words)
    )


def _is_spelled(text: PreparedText) -> bool:
    """Whether the letters of the words are known; of an imprint they are not."""
    return any(term.strip(PLACEHOLDER) for term in text.terms[:MOST_IN_ORDER])


def _differing(one: Profile, other: Profile) -> Iterator[tuple[slice, slice]]:
    """Yield the stretches of both texts between equal words; a number by itself may be equal by chance."""
    here = there = 0
    edits = Levenshtein.opcodes(one.text.words[:MOST_IN_ORDER].tolist(), other.text.words[:MOST_IN_ORDER].tolist())
    for block in edits.as_matching_blocks():
        if block.size == 1 and one.text.numbers[block.a]:
            continue
        if block.a > here and block.b > there:
            yield slice(here, block.a), slice(there, block.b)
        here, there = block.a + block.size, block.b + block.size


def _may_replace(one: Profile, here: slice, other: Profile, there: slice) -> bool:
    """Whether both stretches have figures, or both have words with a capital."""
    mine, theirs = one.text, other.text
    if mine.numbers[here].any() and theirs.numbers[there].any():
        return True
    return bool(mine.capitals[here].any() and theirs.capitals[there].any())
