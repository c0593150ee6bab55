"""Split a body into paragraphs, and these into segments at the edges of markings.

A text may have a hundred thousand paragraphs and as many quotations, so everything is traversed once, in order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Marking:
    """A marked range ``[start, end)`` of a body, in code points."""

    start: int
    end: int
    number: int
    """Number of the passage or source, from 1."""
    style: str
    """Style name, such as a passage's kind."""
    weight: float = 1.0
    """Of overlapping markings, the one with the largest weight is shown; among equals, the first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one paragraph that has the same markings throughout."""

    text: str
    numbers: tuple[int, ...] = ()
    """Numbers of its markings, largest weight first."""
    style: str = ""
    """Style of the marking shown."""
    begun: tuple[int, ...] = ()
    """Those numbers that appear here for the first time."""
    aside: bool = False
    """Whether it is a quotation or page furniture, if these are set apart."""

    @property
    def number(self) -> int | None:
        """Number of the marking shown."""
        return self.numbers[0] if self.numbers else None


def mark(body: str, markings: Sequence[Marking], asides: Iterable[tuple[int, int]] = ()) -> list[list[Segment]]:
    """Return the paragraphs of ``body`` as segments, which cover everything but white space between paragraphs."""
    met: set[int] = set()
    standing, apart = _Standing(markings), Spans(asides)
    return [list(_segments(body, paragraph, standing, apart, met)) for paragraph in _paragraphs(body)]


class Spans:
    """Ranges ``[start, end)`` of a text, sorted, with touching ones merged."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._starts, self._ends, strict=True)

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the intersections of the ranges with ``[start, end)``."""
        for place in range(bisect_right(self._ends, start), len(self._starts)):
            if self._starts[place] >= end:
                return
            yield max(self._starts[place], start), min(self._ends[place], end)

    def hold(self, at: int) -> bool:
        """Whether a range contains the code point ``at``."""
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._ends[place]


class _Standing:
    """A sweep over the markings of a text, from beginning to end."""

    def __init__(self, markings: Sequence[Marking]) -> None:
        self._coming = sorted(markings, key=lambda one: one.start, reverse=True)
        self._here: list[Marking] = []

    def within(self, start: int, end: int) -> list[Marking]:
        """Return the markings that overlap ``[start, end)``, which must lie after earlier queries."""
        here = [one for one in self._here if one.end > start]
        while self._coming and self._coming[-1].start < end:
            here.append(self._coming.pop())
        self._here = [one for one in here if one.end > start]
        return self._here


def _paragraphs(body: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of paragraphs, which are separated by blank lines, without surrounding white space."""
    at, start, end = 0, -1, 0
    for line in body.split("\n"):
        if line.strip():
            begun = at + len(line) - len(line.lstrip())
            start, end = begun if start < 0 else start, at + len(line.rstrip())
        elif start >= 0:
            yield start, end
            start = -1
        at += len(line) + 1
    if start >= 0:
        yield start, end


def _segments(
    body: str,
    paragraph: tuple[int, int],
    standing: _Standing,
    apart: Spans,
    met: set[int],
) -> Iterator[Segment]:
    start, end = paragraph
    markings = standing.within(start, end)
    edges = {start, end}
    edges.update(edge for one in markings for edge in (one.start, one.end) if start < edge < end)
    edges.update(edge for span in apart.within(start, end) for edge in span)
    within = _Standing(markings)
    for first, last in pairwise(sorted(edges)):
        here = sorted(within.within(first, last), key=lambda one: (-one.weight, one.number))
        numbers = tuple(dict.fromkeys(one.number for one in here))
        begun = tuple(number for number in sorted(numbers) if number not in met)
        met.update(begun)
        yield Segment(body[first:last], numbers, here[0].style if here else "", begun, apart.hold(first))
