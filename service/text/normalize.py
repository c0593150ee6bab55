"""Bring text to the form in which it is compared, and remember where each character came from.

Comparison must not see typography: compatibility forms (NFKC), letter case, the shape of quotation marks and
dashes, and invisible characters are folded. Reports, however, point into the text as it was submitted, so every
character of the folded text carries the span it came from.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»〝〞＂"), '"') | dict.fromkeys(map(ord, "‘’‚‛‹›`´′＇"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"), " "
)
# One character for one character, so that offsets stay as they are. "…" is here for the same reason.
_FOLD = _QUOTES | _DASHES | _SPACES | {ord("…"): "."}

# Soft hyphens, zero-width and direction marks: invisible, often pasted along, sometimes used to hide a copy.
_INVISIBLE = regex.compile(r"\p{Cf}")
_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """Folded text with its way back.

    ``starts[i]`` and ``ends[i]`` bound the code points of the submitted text that ``text[i]`` came from; both are
    None when the two texts line up character by character, which is the common case.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the submitted text behind ``text[start:end]`` (code points; ``start < end``)."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalize(submitted: str) -> NormalizedText:
    """Fold ``submitted`` for comparison (Unicode Standard Annex 15, form KC, plus case, quotes, dashes, spaces)."""
    folded = submitted.translate(_FOLD)
    if folded.isascii():
        return NormalizedText(folded.lower())
    lowered = folded.lower()
    if len(lowered) == len(folded) and unicodedata.is_normalized("NFKC", folded) and not _INVISIBLE.search(folded):
        return NormalizedText(lowered)
    return _normalize_by_grapheme(folded)


def _normalize_by_grapheme(folded: str) -> NormalizedText:
    # Canonical composition never reaches across a grapheme cluster, so folding cluster by cluster gives the same
    # text as folding the whole, and each character's origin is known.
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _GRAPHEME.finditer(folded):
        visible = _INVISIBLE.sub("", match.group())
        piece = unicodedata.normalize("NFKC", visible).lower().translate(_FOLD)
        pieces.append(piece)
        starts.extend([match.start()] * len(piece))
        ends.extend([match.end()] * len(piece))
    return NormalizedText("".join(pieces), starts, ends)
