"""Positions of the characters that structure a text (quotation marks, line ends), found in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.text.landmarks import LandmarksFound, landmarks

LandmarkOffsets = NDArray[np.intp]
CodePoints = NDArray[np.uint8] | NDArray[np.uint32]

DOUBLE_MARKS = '"“”„‟«»「」『』'
SINGLE_MARKS = "'‘"
"""Marks that may open a quotation."""
PAIRED_MARKS = "`'"
"""Two of the same kind in a row make a double mark, as in typeset text and plain ASCII."""
LINE_ENDS = "\n\r\u2028\u2029"
ROW_MARKS = "'’‘\"“”`"
LONG_ROW = 4
_SENTENCE_END = frozenset(".!?。！？।؟…\"”’')")

_BLANKS = re.compile(r"\s*")

_DOUBLE, _SINGLE, _LINE_END, _ROW = 1, 2, 4, 8


def _kinds() -> NDArray[np.uint8]:
    """Kind of each character; 0 for unlisted ones and in the last entry, which stands for all beyond the table."""
    listed = ((DOUBLE_MARKS, _DOUBLE), (SINGLE_MARKS, _SINGLE), (LINE_ENDS, _LINE_END), (ROW_MARKS, _ROW))
    kinds = np.zeros(max(ord(character) for characters, _ in listed for character in characters) + 2, np.uint8)
    for characters, kind in listed:
        kinds[list(map(ord, characters))] |= kind
    return kinds


_KINDS = _kinds()
_KINDS_OF_BYTES = _KINDS[:256].tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Offsets of landmarks in a text, ascending."""

    points: CodePoints
    """The text's code points."""
    double_marks: LandmarkOffsets
    single_marks: LandmarkOffsets
    line_ends: LandmarkOffsets
    long_rows: bool
    """Whether four or more quotation marks stand in a row."""

    @classmethod
    def of(cls, submitted: str) -> Landmarks:
        """Find the landmarks of ``submitted``, looking at every character once."""
        points, kinds = _points_of(submitted)
        places = np.flatnonzero(kinds)
        kinds = kinds[places]  # few remain
        row = places[kinds & _ROW > 0]
        return cls(
            points,
            double_marks=_with_pairs(places[kinds & _DOUBLE > 0], points, row),
            single_marks=places[kinds & _SINGLE > 0],
            line_ends=places[kinds & _LINE_END > 0],
            long_rows=bool((row[LONG_ROW - 1 :] - row[: 1 - LONG_ROW] == LONG_ROW - 1).any()),
        )

    @classmethod
    def of_marks(cls, submitted: str) -> Landmarks | LandmarksFound:
        """As ``of``, possibly without single marks that open nothing; does not support ``capitals``."""
        found = landmarks(submitted.encode()) if submitted.isascii() else None
        return cls.of(submitted) if found is None else found

    def capitals(self, submitted: str, starts: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Flag the n words at ``starts`` that begin with a capital letter."""
        first = self.points[starts]
        capitals = (first >= ord("A")) & (first <= ord("Z"))
        for place in np.flatnonzero(first >= 128).tolist():
            capitals[place] = submitted[starts[place]].isupper()
        return capitals


def _points_of(submitted: str) -> tuple[CodePoints, NDArray[np.uint8]]:
    """Return code points and kinds; ASCII, the common case, is processed as bytes."""
    if submitted.isascii():
        encoded = submitted.encode()
        return np.frombuffer(encoded, np.uint8), np.frombuffer(encoded.translate(_KINDS_OF_BYTES), np.uint8)
    points = np.frombuffer(submitted.encode("utf-32-le", "surrogatepass"), np.uint32)
    return points, _KINDS.take(points, mode="clip")


def _with_pairs(marks: LandmarkOffsets, points: CodePoints, row: LandmarkOffsets) -> LandmarkOffsets:
    """Add the pairs of backticks or apostrophes that make double marks; ``row`` is where they may stand."""
    same = (np.diff(row) == 1) & (points[row[:-1]] == points[row[1:]])
    same &= (points[row[:-1]] == ord(PAIRED_MARKS[0])) | (points[row[:-1]] == ord(PAIRED_MARKS[1]))
    first = same.copy()
    first[1:] &= ~same[:-1]
    return np.sort(np.concatenate((marks, row[:-1][first]))) if first.any() else marks


def paragraph_breaks(submitted: str, line_ends: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    """Return where paragraphs begin, without the first; a line end within hard-wrapped text does not count."""
    breaks = []
    end = 0
    for line_end in line_ends.tolist():
        if line_end < end:
            continue  # part of a break that was already handled
        start, end = line_end, _BLANKS.match(submitted, line_end).end()  # type: ignore[union-attr]  # it always matches
        while start > 0 and submitted[start - 1] in " \t":
            start -= 1
        wrapped = (
            submitted.count("\n", start, end) == 1
            and start > 0
            and submitted[start - 1] not in _SENTENCE_END
            and submitted[end : end + 1].islower()
        )
        if not wrapped:
            breaks.append(end)
    return np.array(breaks, np.int32)
