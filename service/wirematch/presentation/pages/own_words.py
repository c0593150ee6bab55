"""The reporter's own words in a text, and the share of them that passages cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.presentation.pages.marked_text import Spans
from wirematch.text.furniture.finding import find_furniture
from wirematch.text.prepare import prepare


@dataclass(frozen=True, slots=True, eq=False)
class OwnWords:
    """A text's words outside of quotations and furniture; offsets are code points."""

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    asides: Spans
    """Ranges of quotations and furniture."""

    def share_in(self, spans: Sequence[tuple[int, int]]) -> float:
        """Return the share of these words that begin within any of the spans."""
        if not len(self.starts):
            return 0.0
        covered = np.zeros(len(self.starts), np.bool_)
        for start, end in spans:
            first, last = np.searchsorted(self.starts, (start, end))
            covered[first:last] = True
        return float(covered.mean())

    def within(self, span: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the parts of a span that are the reporter's own."""
        parts = []
        at, end = span
        for a, b in self.asides.within(at, end):
            if a > at:
                parts.append((at, a))
            at = b
        if at < end:
            parts.append((at, end))
        return parts


def own_words(body: str, headline: str | None = None) -> OwnWords:
    """Find the own words of a text. Prepares the text again, which takes some milliseconds for a long one."""
    text = prepare(body, headline)
    furniture = find_furniture(body, headline)
    own = ~text.spoken
    return OwnWords(text.starts[own], text.ends[own], Spans([*_spoken(text.starts, text.ends, own), *furniture]))


def _spoken(starts: NDArray[np.int32], ends: NDArray[np.int32], own: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the range of each quotation, from its first to its last word."""
    edges = np.diff(np.concatenate(([1], own.astype(np.int8), [1])))
    first, last = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1) - 1
    return list(zip(starts[first].tolist(), ends[last].tolist(), strict=True))
