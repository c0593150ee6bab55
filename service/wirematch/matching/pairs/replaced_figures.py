"""Which figures of one text stand in the place of others in another text?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from wirematch.matching.profiles.text_profile import MOST_IN_ORDER
from wirematch.text.prepared import PreparedText

_AFTER_NOON = frozenset({"pm", "p.m"})
_LIKE_DIGITS = re.compile(r"[oilsbzзб]+|.*\d.*")
"""Words of letters that look like digits, and words with a digit: joined ones, or ones in which digits were misread."""
_NO_DIGITS = re.compile(r"[^\d.,]")
_GROUPED = re.compile(r"\.(?=\d{3}(?:\D|$))")
"""A mark between thousands."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Adjacent numbers, such as hours and minutes or a score, at words ``[start, end)``."""

    start: int
    end: int
    value: str
    incomplete: bool = False
    """Whether it may be a piece of a figure, as a word beside it looks like digits."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a text."""

    in_order: list[Figure]
    values: frozenset[str]

    @classmethod
    def of(cls, text: PreparedText, *, spelled: bool) -> Figures:
        """Find the figures of a text; where it is not ``spelled``, its values are hashes of words."""
        in_order = list(_figures(text, spelled=spelled))
        return cls(in_order, frozenset(one.value for one in in_order))

    def within(self, words: slice) -> list[Figure]:
        """Return the figures of a stretch, in order, and those that only reach into it."""
        first = bisect_left(self.in_order, words.start + 1, key=lambda one: one.end)
        last = bisect_left(self.in_order, words.stop, key=lambda one: one.start)
        return self.in_order[first:last]


def replaced_figures(mine: Figures, here: slice, theirs: Figures, there: slice) -> Iterator[tuple[str, str]]:
    """Yield the figures of two stretches that stand for one another, unless both texts have both of them."""
    in_mine, in_theirs = mine.within(here), theirs.within(there)
    my_values, their_values = [one.value for one in in_mine], [one.value for one in in_theirs]
    if _digits("".join(my_values)) == _digits("".join(their_values)):
        return
    left = [one for one in in_mine if one.value not in their_values]
    right = [one for one in in_theirs if one.value not in my_values]
    for one, other in zip(left, right, strict=False):
        if (one.value not in theirs.values or other.value not in mine.values) and not _may_be_one(one, other):
            yield one.value, other.value


def _figures(text: PreparedText, *, spelled: bool) -> Iterator[Figure]:
    places = np.flatnonzero(text.numbers[:MOST_IN_ORDER]).tolist()
    for _, group in groupby(enumerate(places), lambda one: one[1] - one[0]):
        adjacent = [place for _, place in group]
        start, end = adjacent[0], adjacent[-1] + 1
        if spelled:
            yield Figure(start, end, _value(text.terms, start, end), _is_incomplete(text, start, end))
        else:
            yield Figure(start, end, " ".join(map(str, text.words[start:end].tolist())))


def _value(terms: Sequence[str], start: int, end: int) -> str:
    """A figure however its digits are grouped; times after noon as of 24 hours."""
    numbers = [_NO_DIGITS.sub("", terms[place]).replace(",", ".") for place in range(start, end)]
    if end < len(terms) and terms[end] in _AFTER_NOON:
        hours, *minutes = ".".join(numbers).split(".")
        if hours.isdigit() and 1 <= int(hours) <= 12:
            return ".".join([str(int(hours) % 12 + 12), *(minutes or ["00"])])
    return _GROUPED.sub("", ".".join(numbers))


def _is_incomplete(text: PreparedText, start: int, end: int) -> bool:
    """Whether the word before or after a figure, at most a mark away, may belong to it."""
    beside = ((start - 1, start - 1), (end - 1, end))
    return any(
        0 <= left < len(text) - 1
        and text.starts[left + 1] - text.ends[left] <= 1
        and _LIKE_DIGITS.fullmatch(text.terms[word])
        for left, word in beside
    )


def _may_be_one(one: Figure, other: Figure) -> bool:
    """Whether one is a full hour with minutes and the other without, or one may be a piece of the other."""
    shorter, longer = sorted((one, other), key=lambda it: len(it.value))
    if f"{shorter.value}.00" == longer.value:
        return True
    digits, whole = _digits(shorter.value), _digits(longer.value)
    return shorter.incomplete and digits in whole


def _digits(value: str) -> str:
    return value.replace(".", "")
