"""A body cut into paragraphs, and each of these where a marking begins or ends.

A text may have a hundred thousand paragraphs, and as many quotations: everything is gone through once, in order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Marking:
    """Code points ``[start, end)`` of a body, and what they are."""

    start: int
    end: int
    number: int
    """Of the passage or the source, from 1."""
    style: str
    """Name of the style, such as a passage's kind."""
    weight: float = 1.0
    """Where markings overlap, the heaviest is shown; of equal ones the first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one paragraph that the same markings are on."""

    text: str
    numbers: tuple[int, ...] = ()
    """Of these markings, the heaviest first."""
    style: str = ""
    """Of the heaviest."""
    begun: tuple[int, ...] = ()
    """Those of them that are met here for the first time."""
    aside: bool = False
    """Whether it is somebody else's words or page furniture, where these are told apart."""

    @property
    def number(self) -> int | None:
        """The one that is shown."""
        return self.numbers[0] if self.numbers else None


def mark(body: str, markings: Sequence[Marking], asides: Iterable[tuple[int, int]] = ()) -> list[list[Segment]]:
    """The paragraphs of ``body`` as segments; all that is not white space between paragraphs is in one of them."""
    met: set[int] = set()
    standing, apart = _Standing(markings), Spans(asides)
    return [list(_segments(body, paragraph, standing, apart, met)) for paragraph in _paragraphs(body)]


class Spans:
    """Stretches ``[start, end)`` of a text, in order; those that touch one another are one."""

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
        """The parts of them that stand within ``[start, end)``."""
        for place in range(bisect_right(self._ends, start), len(self._starts)):
            if self._starts[place] >= end:
                return
            yield max(self._starts[place], start), min(self._ends[place], end)

    def hold(self, at: int) -> bool:
        """Whether one of them holds the code point ``at``."""
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._ends[place]


class _Standing:
    """The markings at one place of a text after another, from its beginning to its end."""

    def __init__(self, markings: Sequence[Marking]) -> None:
        self._coming = sorted(markings, key=lambda one: one.start, reverse=True)
        self._here: list[Marking] = []

    def within(self, start: int, end: int) -> list[Marking]:
        """Those on anything of ``[start, end)``, which lies behind what was asked about before."""
        here = [one for one in self._here if one.end > start]
        while self._coming and self._coming[-1].start < end:
            here.append(self._coming.pop())
        self._here = [one for one in here if one.end > start]
        return self._here


def _paragraphs(body: str) -> Iterator[tuple[int, int]]:
    """Where lines stand that no blank line parts, without the white space around them."""
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
