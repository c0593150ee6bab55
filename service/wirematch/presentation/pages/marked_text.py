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
    """A stretch of one paragraph under one marking or none."""

    text: str
    number: int | None = None
    style: str = ""
    first: bool = False
    """Whether the marking begins to be shown here."""
    aside: bool = False
    """Whether it is somebody else's words or page furniture, where these are told apart."""


def mark(body: str, markings: Sequence[Marking], asides: Sequence[tuple[int, int]] = ()) -> list[list[Segment]]:
    """The paragraphs of ``body`` as segments; all that is not white space between paragraphs is in one of them."""
    shown = list(_shown(markings))
    met: set[int] = set()
    return [list(_segments(body, paragraph, shown, asides, met)) for paragraph in _paragraphs(body)]


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


def _shown(markings: Sequence[Marking]) -> Iterator[Marking]:
    """The same without overlaps, in order."""
    ordered = sorted(markings, key=lambda one: one.start)
    edges = sorted({edge for one in markings for edge in (one.start, one.end)})
    active: list[Marking] = []
    coming = 0
    last: Marking | None = None
    for start, end in pairwise(edges):
        while coming < len(ordered) and ordered[coming].start <= start:
            active.append(ordered[coming])
            coming += 1
        active = [one for one in active if one.end > start]
        if not active:
            continue
        best = max(active, key=lambda one: (one.weight, -one.number))
        if last is not None and last.number == best.number and last.end == start:
            last = Marking(last.start, end, best.number, best.style)
        else:
            if last is not None:
                yield last
            last = Marking(start, end, best.number, best.style)
    if last is not None:
        yield last


def _segments(
    body: str,
    paragraph: tuple[int, int],
    shown: Sequence[Marking],
    asides: Sequence[tuple[int, int]],
    met: set[int],
) -> Iterator[Segment]:
    start, end = paragraph
    mine = [one for one in shown if one.end > start and one.start < end]
    apart = [(max(a, start), min(b, end)) for a, b in asides if b > start and a < end]
    edges = {start, end}
    edges.update(edge for one in mine for edge in (one.start, one.end) if start < edge < end)
    edges.update(edge for span in apart for edge in span)
    cuts = sorted(edges)
    for first, last in pairwise(cuts):
        marking = next((one for one in mine if one.start <= first < one.end), None)
        aside = any(a <= first < b for a, b in apart)
        if marking is None:
            yield Segment(body[first:last], aside=aside)
            continue
        yield Segment(body[first:last], marking.number, marking.style, marking.number not in met, aside)
        met.add(marking.number)
