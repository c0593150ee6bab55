"""Where those characters of a text stand that say how it is put together, all found in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.landmarks import LandmarksFound, landmarks

LandmarkOffsets = NDArray[np.intp]
CodePoints = NDArray[np.uint8] | NDArray[np.uint32]

DOUBLE_MARKS = '"“”„‟«»「」『』'
SINGLE_MARKS = "'‘"
"""Those that may open a quotation."""
PAIRED_MARKS = "`'"
"""Two of one kind, and no more, make a double mark: so texts quote that were typeset or kept in plain ASCII."""
LINE_ENDS = "\n\r\u2028\u2029"
ROW_MARKS = "'’‘\"“”`"
LONG_ROW = 4
_SENTENCE_END = frozenset(".!?。！？।؟…\"”’')")

_BLANKS = re.compile(r"\s*")

_DOUBLE, _SINGLE, _LINE_END, _ROW = 1, 2, 4, 8


def _kinds() -> NDArray[np.uint8]:
    """What each character is; all that are not listed are nothing, so is the last place, which stands for the rest."""
    listed = ((DOUBLE_MARKS, _DOUBLE), (SINGLE_MARKS, _SINGLE), (LINE_ENDS, _LINE_END), (ROW_MARKS, _ROW))
    kinds = np.zeros(max(ord(character) for characters, _ in listed for character in characters) + 2, np.uint8)
    for characters, kind in listed:
        kinds[list(map(ord, characters))] |= kind
    return kinds


_KINDS = _kinds()
_KINDS_OF_BYTES = _KINDS[:256].tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Offsets into one text, in order."""

    points: CodePoints
    """The text's code points."""
    double_marks: LandmarkOffsets
    single_marks: LandmarkOffsets
    line_ends: LandmarkOffsets
    long_rows: bool
    """Whether quotation marks stand four or more in a row."""

    @classmethod
    def of(cls, submitted: str) -> Landmarks:
        """Look at every character of ``submitted`` once."""
        points, kinds = _points_of(submitted)
        places = np.flatnonzero(kinds)
        kinds = kinds[places]  # few of many
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
        """The same, maybe without single marks that open nothing, for whoever asks for no capitals."""
        found = landmarks(submitted.encode()) if submitted.isascii() else None
        return cls.of(submitted) if found is None else found

    def capitals(self, submitted: str, starts: NDArray[np.int32]) -> NDArray[np.bool_]:
        """N flags for n words that begin at ``starts``: with a capital letter."""
        first = self.points[starts]
        capitals = (first >= ord("A")) & (first <= ord("Z"))
        for place in np.flatnonzero(first >= 128).tolist():
            capitals[place] = submitted[starts[place]].isupper()
        return capitals


def _points_of(submitted: str) -> tuple[CodePoints, NDArray[np.uint8]]:
    """The code points, and what each character is; of ASCII, which most texts are, by bytes."""
    if submitted.isascii():
        encoded = submitted.encode()
        return np.frombuffer(encoded, np.uint8), np.frombuffer(encoded.translate(_KINDS_OF_BYTES), np.uint8)
    points = np.frombuffer(submitted.encode("utf-32-le", "surrogatepass"), np.uint32)
    return points, _KINDS.take(points, mode="clip")


def _with_pairs(marks: LandmarkOffsets, points: CodePoints, row: LandmarkOffsets) -> LandmarkOffsets:
    """The double marks and where two backticks or two apostrophes stand for one; ``row`` is where such may stand."""
    same = (np.diff(row) == 1) & (points[row[:-1]] == points[row[1:]])
    same &= (points[row[:-1]] == ord(PAIRED_MARKS[0])) | (points[row[:-1]] == ord(PAIRED_MARKS[1]))
    first = same.copy()
    first[1:] &= ~same[:-1]
    return np.sort(np.concatenate((marks, row[:-1][first]))) if first.any() else marks


def paragraph_breaks(submitted: str, line_ends: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    """Where paragraphs begin, the first left out; a line end within hard-wrapped text is none."""
    breaks = []
    end = 0
    for line_end in line_ends.tolist():
        if line_end < end:
            continue  # one of several between two paragraphs
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
