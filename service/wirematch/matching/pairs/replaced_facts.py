"""Do two texts say the same in nearly the same words, or the same words about something else?

Automated reports (earthquakes, closing prices, results) are filled into one template: all words agree but the figures
and names. Such a text is no copy of another one, as it tells something else. A fact counts as replaced if figures
stand in both texts between equal words, or names do, and differ. What only one text has (a note, a place line), or has
as another kind of word (a weekday instead of a date), replaces nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from rapidfuzz.distance import Levenshtein

from wirematch.matching.profiles.text_profile import MOST_IN_ORDER, Profile
from wirematch.text.imprint import PLACEHOLDER
from wirematch.text.prepared import PreparedText

HALF = 0.5
"""Share of the figures, or of the names, from which on, if replaced, they make another report ..."""
SEVERAL = 2
"""... if they are at least so many, or the text has fewer than ``BRIEF`` words."""
BRIEF = 60
DENSE = 1 / 25
"""Replaced figures and names for each word from which on several make another report, whatever their share."""
ALIKE = 0.6
"""Similarity of two names from which on they are one, spelled otherwise, inflected or misread."""
_AFTER_NOON = frozenset({"pm", "p.m"})
_MISREAD = str.maketrans("oilsbzзб", "01158236")
"""Letters that stand for digits in misread figures."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Figure:
    """Adjacent numbers, such as hours and minutes or a score, at words ``[start, end)``."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """The figures and names of a text."""

    figures: list[_Figure]
    values: frozenset[str]
    names: dict[int, str]
    """Position -> name; names are stems."""
    known: frozenset[str]

    @classmethod
    def of(cls, side: Profile, *, spelled: bool) -> _Facts:
        """Without letters (``spelled``), facts are known by their hashes only."""
        figures = list(_figures(side.text, spelled=spelled))
        terms, stems = side.text.terms, side.text.stems
        places = np.flatnonzero(side.names[:MOST_IN_ORDER] & ~side.text.numbers[:MOST_IN_ORDER]).tolist()
        names = {place: terms[place] if spelled else str(stems[place]) for place in places}
        return cls(figures, frozenset(one.value for one in figures), names, frozenset(names.values()))

    def within(self, start: int, end: int) -> tuple[list[str], list[str]]:
        """Figures and names that words ``[start, end)`` touch, in order."""
        first = bisect_left(self.figures, start + 1, key=lambda one: one.end)
        last = bisect_left(self.figures, end, key=lambda one: one.start)
        figures = [one.value for one in self.figures[first:last]]
        return figures, [self.names[place] for place in range(start, end) if place in self.names]


def tells_otherwise(one: Profile, other: Profile) -> bool:
    """Whether two texts of nearly the same words differ in their figures or names, so that they tell of two things."""
    mine, theirs = one.text.stems, other.text.stems
    if np.array_equal(mine, theirs):
        return False
    spelled = _is_spelled(one.text) and _is_spelled(other.text)
    facts, facts_of_other = _Facts.of(one, spelled=spelled), _Facts.of(other, spelled=spelled)
    if not (facts.values ^ facts_of_other.values or facts.known ^ facts_of_other.known):
        return False
    figures: set[tuple[str, str]] = set()
    names: set[tuple[str, str]] = set()
    for here, there in _differing(mine[:MOST_IN_ORDER].tolist(), theirs[:MOST_IN_ORDER].tolist()):
        own, others = facts.within(*here), facts_of_other.within(*there)
        figures.update(_replaced(own[0], others[0], facts.values, facts_of_other.values))
        names.update(_renamed(own[1], others[1], facts.known, facts_of_other.known, spelled=spelled))
    words = min(len(one), len(other))
    least = 1 if words < BRIEF else SEVERAL
    return (
        len(figures) >= max(least, HALF * min(len(facts.values), len(facts_of_other.values)))
        or len(names) >= max(least, HALF * min(len(facts.known), len(facts_of_other.known)))
        or len(figures) + len(names) >= max(SEVERAL, DENSE * words)
    )


def _is_spelled(text: PreparedText) -> bool:
    """Whether the letters of the words are known; of an imprint they are not."""
    return any(term.strip(PLACEHOLDER) for term in text.terms[:MOST_IN_ORDER])


def _figures(text: PreparedText, *, spelled: bool) -> Iterator[_Figure]:
    places = np.flatnonzero(text.numbers[:MOST_IN_ORDER]).tolist()
    for _, group in groupby(enumerate(places), lambda one: one[1] - one[0]):
        adjacent = [place for _, place in group]
        start, end = adjacent[0], adjacent[-1] + 1
        value = _value(text.terms, start, end) if spelled else " ".join(map(str, text.words[start:end].tolist()))
        yield _Figure(start, end, value)


def _value(terms: Sequence[str], start: int, end: int) -> str:
    """The digits of a figure, however they are grouped; times after noon as of 24 hours."""
    numbers = ["".join(filter(str.isdigit, terms[place].translate(_MISREAD))) for place in range(start, end)]
    after = terms[end] if end < len(terms) else ""
    if after in _AFTER_NOON and len(numbers[0]) <= 2 and int(numbers[0]) <= 12:
        hours = int(numbers[0]) % 12 + 12
        return f"{hours}{''.join(numbers[1:]) or '00'}"
    misread = after.translate(_MISREAD) if len(after) == 1 else ""
    return "".join(numbers) + (misread if misread.isdigit() else "")


def _differing(mine: list[int], theirs: list[int]) -> Iterator[tuple[Span, Span]]:
    """Yield the stretches of both texts between equal words."""
    here = there = 0
    for block in Levenshtein.opcodes(mine, theirs).as_matching_blocks():
        if block.a > here and block.b > there:
            yield (here, block.a), (there, block.b)
        here, there = block.a + block.size, block.b + block.size


def _replaced(
    mine: Sequence[str], theirs: Sequence[str], mine_all: frozenset[str], theirs_all: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield the figures that stand for one another, unless both texts have both of them."""
    if "".join(mine) == "".join(theirs):
        return
    left = [one for one in mine if one not in theirs]
    right = [one for one in theirs if one not in mine]
    for one, other in zip(left, right, strict=False):
        if (one not in theirs_all or other not in mine_all) and not _same_hour(one, other):
            yield one, other


def _same_hour(one: str, other: str) -> bool:
    """Whether one is a full hour with minutes and the other without."""
    return one + "00" == other or other + "00" == one


def _renamed(
    mine: Sequence[str], theirs: Sequence[str], mine_all: frozenset[str], theirs_all: frozenset[str], *, spelled: bool
) -> Iterator[tuple[str, str]]:
    """Yield the names that stand for one another, unless they are alike or both texts have both of them."""
    left = [one for one in mine if one not in theirs]
    right = [one for one in theirs if one not in mine]
    for one, other in zip(left, right, strict=False):
        if one in theirs_all and other in mine_all:
            continue
        if not spelled or all(Levenshtein.normalized_similarity(one, it) < ALIKE for it in right):
            yield one, other
