"""Which stretches of a text stand between double quotation marks, even if some are missing, stray or misplaced.

Each mark begins a quotation or ends one. What stands around it and its shape say which: a mark before a word begins,
one after a word ends, and ``“`` begins and ``”`` ends. Reading a mark against that costs points, and so does a
quotation without an end or a beginning. Of all readings of a text the cheapest is taken (Viterbi's algorithm), so that
a fault turns nothing round behind it. What a fault leaves open is taken to be a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from enum import IntEnum

from wirematch.text.landmarks import PAIRED_MARKS

BEGINNING, ENDING = "“„‟«「『`", "”»」』"
"""Marks by shape. German ends with ``“`` and Swedish begins with ``”``: whatever their shapes say, they must pair."""
FAMILIES = ('"“”„‟' + PAIRED_MARKS, "«»", "「」", "『』")
"""Marks of one family pair; a family may stand within another."""
ROOM = " \t\n\v\f\r\x1c\x1d\x1e\x1f\u00a0\u2028\u2029\u202f\u3000"
BEFORE_BEGINNING = frozenset(ROOM + "\"“”„‟'‘’`([{-–—/")
AFTER_ENDING = frozenset(ROOM + "\"“”„‟'‘’`.,;:!?)]}-–—/…")
TURNED = "«»"
"""Marks that languages use either way round, so that their shape counts only where their place tells nothing."""
AGAINST_PLACE, AGAINST_SHAPE = 3, 6
"""Cost of a reading that the characters around a mark contradict, or its shape."""
MISSING = 4
"""Cost of a quotation without an end or a beginning, and of going on in a paragraph that does not begin with a mark."""
CONTINUED, LONGEST_CONTINUED = 1, 600
"""The same where a mark after a sentence begins another quotation: paragraphs of one speech, each of which begins with
a mark, were joined to one line. None of them has more characters than this."""
INCHES, INCHES_WITHIN = 1, 2
"""Cost of taking a straight mark after a digit for inches, outside a quotation and within one, which it may end."""

MOST_WEIGHED = 10_000
"""Marks and paragraphs of a text that are weighed; in one with more, and no story has half as many, marks begin and
end by turns."""

_IMPOSSIBLE = 1 << 30

_SENTENCE_END = re.compile(r"[.!?…][)\]'’]*(?=\s)|[。！？]")
_STOPS = frozenset(".,!?…。！？")

QuotedSpans = list[tuple[int, int]]
"""``[start, end)`` in code points."""


class Role(IntEnum):
    """What a mark does, or a paragraph's end; of equally cheap readings, that with the lower number is taken."""

    BEGINS = 0
    ENDS = 1
    BEGINS_ANOTHER = 2
    """The quotation before it has no end."""
    ENDS_UNBEGUN = 3
    IS_NONE = 4
    LEAVES = 5
    """A paragraph's end: whatever began in the paragraph is over."""
    GOES_ON = 6
    """A paragraph's end: the quotation goes on."""


def double_quotations(submitted: str, marks: Sequence[int], breaks: Sequence[int]) -> QuotedSpans:
    """Return what stands between double ``marks``, which may overlap; ``breaks`` are where further paragraphs begin."""
    found = plain_quotations(submitted, marks, breaks)
    if found is not None:
        return found
    if len(marks) + len(breaks) > MOST_WEIGHED:
        return _by_turns(marks, breaks, len(submitted))
    families: list[list[int]] = [[] for _ in FAMILIES]
    for mark in marks:
        families[next(number for number, family in enumerate(FAMILIES) if submitted[mark] in family)].append(mark)
    return [span for family in families if family for span in _Reading(submitted, family, breaks).spans()]


def plain_quotations(submitted: str, marks: Sequence[int], breaks: Sequence[int]) -> QuotedSpans | None:
    """As ``double_quotations``, if in each paragraph marks begin and end by turns and nothing contradicts; else None.

    The last quotation of a paragraph needs no end if the next paragraph begins with a mark.
    """
    spans: QuotedSpans = []
    number = 0
    for edge in (*breaks, len(submitted)):
        begun = None
        while number < len(marks) and marks[number] < edge:
            mark = marks[number]
            number += 1
            if costs(submitted, mark)[begun is not None]:
                return None
            if begun is None:
                begun = mark
            else:
                spans.append((begun, mark))
                begun = None
        if begun is not None:
            if number == len(marks) or marks[number] != edge:
                return None
            spans.append((begun, edge))
    return spans


def _by_turns(marks: Sequence[int], breaks: Sequence[int], end: int) -> QuotedSpans:
    spans: QuotedSpans = []
    first = 0
    for edge in (*breaks, end):
        last = bisect_left(marks, edge, first)
        within = marks[first:last] if (last - first) % 2 == 0 else (*marks[first:last], edge)
        spans += zip(within[::2], within[1::2], strict=True)
        first = last
    return spans


def costs(submitted: str, mark: int) -> tuple[int, int]:
    """What it costs to read a mark as one that begins, and as one that ends."""
    shape = submitted[mark]
    behind = mark + (2 if shape in PAIRED_MARKS else 1)
    before, after = submitted[mark - 1 : mark] if mark else "", submitted[behind : behind + 1]
    may_begin = not before or before in BEFORE_BEGINNING
    may_end = not after or after in AFTER_ENDING or _is_after_digit(submitted, mark)
    begins, ends = AGAINST_SHAPE * (shape in ENDING), AGAINST_SHAPE * (shape in BEGINNING)
    if may_begin != may_end and shape in TURNED:
        begins = ends = 0
    if may_begin == may_end:
        return begins, ends
    return (begins, ends + AGAINST_PLACE) if may_begin else (begins + AGAINST_PLACE, ends)


def _is_after_digit(submitted: str, mark: int) -> bool:
    return submitted[mark] == '"' and mark > 0 and "0" <= submitted[mark - 1] <= "9"


_Way = tuple[int, Role, int]
"""What a reading costs up to and with an event, what the event is in it, and whether it stood inside a quotation (1)
or outside (0) before. Plain tuples: a hostile text has as many events as characters."""


class _Reading:
    """The cheapest reading of the marks of one family."""

    def __init__(self, submitted: str, marks: Sequence[int], breaks: Sequence[int]) -> None:
        self._submitted, self._marks = submitted, marks
        edges = [(edge, False) for edge in (*breaks, len(submitted))]
        self._events = sorted([*edges, *((mark, True) for mark in marks)])
        """Places, and whether a mark stands there; a paragraph's end comes before the mark that begins the next."""

    def spans(self) -> QuotedSpans:
        """Return what the marks enclose, and what faults leave open."""
        spans: QuotedSpans = []
        begun, done = -1, 0  # where the quotation begins, if any, and the event before
        for (place, _), role in zip(self._events, self._roles(), strict=True):
            if begun >= 0 and role in (Role.BEGINS_ANOTHER, Role.LEAVES):
                spans.append((begun, self._end_of(begun, place, role)))
            elif begun >= 0 and role is Role.ENDS:
                spans.append((begun, place))
            elif role is Role.ENDS_UNBEGUN and place and self._submitted[place - 1] in _STOPS:
                spans.append((self._sentence_start(done, place), place))
            if role in (Role.BEGINS, Role.BEGINS_ANOTHER):
                begun = place
            elif role in (Role.ENDS, Role.LEAVES):
                begun = -1
            done = place
        return spans

    def _roles(self) -> list[Role]:
        """Return the role of each event."""
        outside, inside = 0, _IMPOSSIBLE  # cost of being outside a quotation, and inside one
        steps: list[tuple[_Way, _Way]] = []
        for place, is_mark in self._events:
            ways = self._past_mark(place, outside, inside) if is_mark else self._past_edge(place, outside, inside)
            steps.append(ways)
            outside, inside = ways[0][0], ways[1][0]
        roles, state = [], 0  # a text ends outside
        for step in reversed(steps):
            _, role, state = step[state]
            roles.append(role)
        return roles[::-1]

    def _past_mark(self, mark: int, outside: int, inside: int) -> tuple[_Way, _Way]:
        """Return the cheapest ways to be outside a quotation behind a mark, and inside one."""
        begins, ends = costs(self._submitted, mark)
        another = CONTINUED if self._follows_sentence(mark) else MISSING
        out: _Way = min((inside + ends, Role.ENDS, 1), (outside + MISSING + ends, Role.ENDS_UNBEGUN, 0))
        within: _Way = min((outside + begins, Role.BEGINS, 0), (inside + another + begins, Role.BEGINS_ANOTHER, 1))
        if _is_after_digit(self._submitted, mark):
            out = min(out, (outside + INCHES, Role.IS_NONE, 0))
            within = min(within, (inside + INCHES_WITHIN, Role.IS_NONE, 1))
        return out, within

    def _past_edge(self, edge: int, outside: int, inside: int) -> tuple[_Way, _Way]:
        """Return the same for a paragraph's end."""
        left = inside + (0 if self._is_mark(edge) else MISSING)
        on = inside + (MISSING if edge < len(self._submitted) else _IMPOSSIBLE)
        return min((outside, Role.LEAVES, 0), (left, Role.LEAVES, 1)), (on, Role.GOES_ON, 1)

    def _is_mark(self, place: int) -> bool:
        found = bisect_left(self._marks, place)
        return found < len(self._marks) and self._marks[found] == place

    def _follows_sentence(self, mark: int) -> bool:
        before = self._submitted[max(0, mark - 2) : mark]
        return len(before) == 2 and before[0] in _STOPS - {","} and before[1] in ROOM

    def _end_of(self, begun: int, place: int, role: Role) -> int:
        """Where a quotation is over that has no end before ``place``, which has this role."""
        paired = self._submitted.find(
            "’’", begun, place
        )  # some papers end with two single marks what a double one began
        if paired >= 0:
            return paired
        if role is Role.LEAVES:
            continued = self._is_mark(place)
        else:
            continued = place - begun <= LONGEST_CONTINUED and self._follows_sentence(place)
        found = None if continued else _SENTENCE_END.search(self._submitted, begun, place)
        return found.end() if found else place

    def _sentence_start(self, start: int, end: int) -> int:
        for found in _SENTENCE_END.finditer(self._submitted, start, end - 1):
            start = found.end()
        return start
