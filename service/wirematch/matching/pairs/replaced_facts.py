"""Do two texts say the same in nearly the same words, or the same words about something else?

Automated reports (earthquakes, closing prices, results) are filled into one template: all words agree but the figures
and names. Such a text is no copy of another one, as it tells something else. A fact counts as replaced if figures
stand in both texts between equal words, or names do, and differ. What only one text has (a note, a place line), or has
as another kind of word (a weekday instead of a date), replaces nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from rapidfuzz.distance import Levenshtein

from wirematch.matching.profiles.text_profile import MOST_IN_ORDER, Profile
from wirematch.text.imprint import PLACEHOLDER
from wirematch.text.prepared import PreparedText

SHARE = 1 / 3
"""Share of the figures, or of the names, from which on, if replaced, they make another report ..."""
SEVERAL = 2
"""... if they are at least so many, or the text has fewer than ``BRIEF`` words."""
BRIEF = 60
DENSE = 1 / 25
"""Replaced figures and names for each word from which on several make another report, whatever their share."""
ALIKE = 0.7
"""Similarity of two names from which on they are one, spelled otherwise, inflected or misread."""
LEAST_JOINED = 3
"""Letters from which on a name is recognised within a longer one."""
_AFTER_NOON = frozenset({"pm", "p.m"})
_LIKE_DIGITS = re.compile(r"[oilsbzзб]+|.*\d.*")
"""Words of letters that look like digits, and words with a digit: joined ones, or ones in which digits were misread."""
_NO_DIGITS = re.compile(r"[^\d.,]")
_GROUPED = re.compile(r"\.(?=\d{3}(?:\D|$))")
"""A mark between thousands."""


@dataclass(frozen=True, slots=True)
class _Figure:
    """Adjacent numbers, such as hours and minutes or a score, at words ``[start, end)``."""

    start: int
    end: int
    value: str
    cut: bool = False
    """Whether such a word stands beside it, so that it may be a piece of a figure."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """The figures and capitalized words of a text."""

    figures: list[_Figure]
    values: frozenset[str]
    capitals: dict[int, str]
    """Position -> stem of the content words with a capital, also at the beginning of a sentence."""
    stems: frozenset[str]
    """Of these words."""
    names: frozenset[str]
    """The stems that are certainly names."""

    @classmethod
    def of(cls, side: Profile, *, spelled: bool) -> _Facts:
        """Without letters (``spelled``), facts are known by their hashes only."""
        text = side.text
        figures = list(_figures(text, spelled=spelled))
        places = np.flatnonzero((text.capitals & text.content & ~text.numbers)[:MOST_IN_ORDER]).tolist()
        capitals = {place: text.terms[place] if spelled else str(text.stems[place]) for place in places}
        names = frozenset(stem for place, stem in capitals.items() if side.names[place])
        return cls(figures, frozenset(one.value for one in figures), capitals, frozenset(capitals.values()), names)

    def within(self, words: slice) -> tuple[list[_Figure], list[str]]:
        """Figures and capitalized words in a stretch, in order; also figures that only reach into it."""
        first = bisect_left(self.figures, words.start + 1, key=lambda one: one.end)
        last = bisect_left(self.figures, words.stop, key=lambda one: one.start)
        return self.figures[first:last], [
            self.capitals[place] for place in range(words.start, words.stop) if place in self.capitals
        ]


def tells_otherwise(one: Profile, other: Profile) -> bool:
    """Whether two texts of nearly the same words differ in their figures or names, so that they tell of two things."""
    if np.array_equal(one.text.words, other.text.words):
        return False
    differing = [(here, there) for here, there in _differing(one, other) if _may_replace(one, here, other, there)]
    if not differing:
        return False
    spelled = _is_spelled(one.text) and _is_spelled(other.text)
    mine, theirs = _Facts.of(one, spelled=spelled), _Facts.of(other, spelled=spelled)
    figures: set[tuple[str, str]] = set()
    renamed: set[tuple[str, str]] = set()
    for here, there in differing:
        own, others = mine.within(here), theirs.within(there)
        figures.update(_replaced(own[0], others[0], mine.values, theirs.values))
        renamed.update(_renamed(own[1], others[1], mine.stems, theirs.stems, spelled=spelled))
    names = [pair for pair in renamed if pair[0] in mine.names or pair[1] in theirs.names]
    words = min(len(one), len(other))
    least = 1 if words < BRIEF else SEVERAL
    of_figures = SHARE * min(len(mine.values), len(theirs.values))
    of_names = SHARE * min(len(mine.names), len(theirs.names))
    return (
        len(figures) >= max(least, of_figures)
        or len(names) >= max(least, of_names)
        or len(figures) + len(names) >= max(SEVERAL, of_figures + of_names)
        or len(figures) + len(renamed) >= max(SEVERAL, DENSE * words)
    )


def _is_spelled(text: PreparedText) -> bool:
    """Whether the letters of the words are known; of an imprint they are not."""
    return any(term.strip(PLACEHOLDER) for term in text.terms[:MOST_IN_ORDER])


def _figures(text: PreparedText, *, spelled: bool) -> Iterator[_Figure]:
    places = np.flatnonzero(text.numbers[:MOST_IN_ORDER]).tolist()
    for _, group in groupby(enumerate(places), lambda one: one[1] - one[0]):
        adjacent = [place for _, place in group]
        start, end = adjacent[0], adjacent[-1] + 1
        if spelled:
            yield _Figure(start, end, _value(text.terms, start, end), _is_cut(text, start, end))
        else:
            yield _Figure(start, end, " ".join(map(str, text.words[start:end].tolist())))


def _value(terms: Sequence[str], start: int, end: int) -> str:
    """A figure however its digits are grouped; times after noon as of 24 hours."""
    numbers = [_NO_DIGITS.sub("", terms[place]).replace(",", ".") for place in range(start, end)]
    if end < len(terms) and terms[end] in _AFTER_NOON:
        hours, *minutes = ".".join(numbers).split(".")
        if hours.isdigit() and 1 <= int(hours) <= 12:
            return ".".join([str(int(hours) % 12 + 12), *(minutes or ["00"])])
    return _GROUPED.sub("", ".".join(numbers))


def _is_cut(text: PreparedText, start: int, end: int) -> bool:
    """Whether the word before or after a figure, at most a mark away, may belong to it."""
    beside = ((start - 1, start - 1), (end - 1, end))
    return any(
        0 <= left < len(text) - 1
        and text.starts[left + 1] - text.ends[left] <= 1
        and _LIKE_DIGITS.fullmatch(text.terms[word])
        for left, word in beside
    )


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


def _replaced(
    mine: Sequence[_Figure], theirs: Sequence[_Figure], mine_all: frozenset[str], theirs_all: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield the figures that stand for one another, unless both texts have both of them."""
    own, others = ([one.value for one in figures] for figures in (mine, theirs))
    if _digits("".join(own)) == _digits("".join(others)):
        return
    left = [one for one in mine if one.value not in others]
    right = [one for one in theirs if one.value not in own]
    for one, other in zip(left, right, strict=False):
        if (one.value not in theirs_all or other.value not in mine_all) and not _may_be_one(one, other):
            yield one.value, other.value


def _may_be_one(one: _Figure, other: _Figure) -> bool:
    """Whether one is a full hour with minutes and the other without, or one may be a piece of the other."""
    shorter, longer = sorted((one, other), key=lambda it: len(it.value))
    if f"{shorter.value}.00" == longer.value:
        return True
    digits, whole = _digits(shorter.value), _digits(longer.value)
    return shorter.cut and digits in whole


def _digits(value: str) -> str:
    return value.replace(".", "")


def _renamed(
    mine: Sequence[str], theirs: Sequence[str], mine_all: frozenset[str], theirs_all: frozenset[str], *, spelled: bool
) -> Iterator[tuple[str, str]]:
    """Yield the names that stand for one another, unless they are alike or both texts have both of them."""
    left = [one for one in mine if one not in theirs]
    right = [one for one in theirs if one not in mine]
    for one, other in zip(left, right, strict=False):
        if one in theirs_all and other in mine_all:
            continue
        if not spelled or not any(_are_alike(one, it) for it in right):
            yield one, other


def _are_alike(one: str, other: str) -> bool:
    """Whether two names may be one: spelled otherwise, or joined with a neighbour."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= LEAST_JOINED and shorter in longer:
        return True
    return Levenshtein.normalized_similarity(one, other) >= ALIKE
