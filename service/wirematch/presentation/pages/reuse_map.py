"""A drawing of two texts as bars, with a ribbon for each passage from its place in one to its place in the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wirematch.models import Passage

WIDTH, HEIGHT, BAR = 1000, 110, 14
LEAST_WIDTH = 2.0
"""Minimum width of a passage on a bar, so that the shortest is visible."""


@dataclass(frozen=True, slots=True)
class Block:
    """A passage on one bar."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A passage on both bars."""

    number: int
    style: str
    above: Block
    below: Block
    outline: str
    """SVG path of the ribbon."""


def draw_map(passages: Sequence[tuple[int, Passage]], submission: int, story: int) -> list[Ribbon]:
    """Return ribbons of numbered passages; ``submission`` and ``story`` are the bodies' lengths in code points."""
    ribbons = []
    for number, passage in passages:
        above = _block(passage.submission.start, passage.submission.end, submission)
        below = _block(passage.story.start, passage.story.end, story)
        ribbons.append(Ribbon(number, passage.kind.value, above, below, _outline(above, below)))
    return ribbons


def _block(start: int, end: int, length: int) -> Block:
    scale = WIDTH / max(1, length)
    width = max(LEAST_WIDTH, (end - start) * scale)
    return Block(round(min(start * scale, WIDTH - width), 1), round(width, 1))


def _outline(above: Block, below: Block) -> str:
    top, bottom, middle = BAR, HEIGHT - BAR, HEIGHT / 2
    a, b = above.x, round(above.x + above.width, 1)
    c, d = below.x, round(below.x + below.width, 1)
    return f"M{a} {top}C{a} {middle} {c} {middle} {c} {bottom}L{d} {bottom}C{d} {middle} {b} {middle} {b} {top}Z"
