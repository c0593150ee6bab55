"""A body cut into paragraphs, and each of these where a marking begins or ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def mark(body: str, markings: Sequence[Marking], asides: Sequence[tuple[int, int]] = ()) -> list[list[Segment]]:
    """The paragraphs of ``body`` as segments; all that is not white space between paragraphs is in one of them."""
    met: set[int] = set()
    ordered = sorted(markings, key=lambda one: one.start)
    paragraphs = []
    for start, end in _paragraphs(body):
        mine = [one for one in ordered if one.end > start and one.start < end]
        apart = [span for span in asides if span[1] > start and span[0] < end]
        paragraphs.append(list(_segments(body, (start, end), mine, apart, met)))
    return paragraphs


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
    markings: Sequence[Marking],
    asides: Sequence[tuple[int, int]],
    met: set[int],
) -> Iterator[Segment]:
    start, end = paragraph
    edges = {start, end}
    edges.update(edge for one in markings for edge in (one.start, one.end) if start < edge < end)
    edges.update(edge for span in asides for edge in span if start < edge < end)
    for first, last in pairwise(sorted(edges)):
        here = [one for one in markings if one.start <= first < one.end]
        here.sort(key=lambda one: (-one.weight, one.number))
        numbers = tuple(dict.fromkeys(one.number for one in here))
        begun = tuple(number for number in sorted(numbers) if number not in met)
        met.update(begun)
        aside = any(a <= first < b for a, b in asides)
        yield Segment(body[first:last], numbers, here[0].style if here else "", begun, aside)
