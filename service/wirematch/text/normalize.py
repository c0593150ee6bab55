"""Fold text into the form in which it is compared, with a map back to what was submitted.

Comparison must ignore typography: compatibility forms (NFKC), letter case, shapes of quotation marks and dashes, and
invisible characters are folded. Reports, however, refer to the text as it was submitted, so every character of the
folded text carries the span that it came from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»〝〞＂"), '"') | dict.fromkeys(map(ord, "‘’‚‛‹›`´′＇"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"), " "
)
# Which lower-case sigma is used depends on its neighbours; all three sigmas count as one letter.
_SIGMAS = dict.fromkeys(map(ord, "Σς"), "σ")
# Each maps to a single character, so that offsets are unchanged; for the same reason "…" is among them.
_FOLD = _QUOTES | _DASHES | _SPACES | _SIGMAS | {ord("…"): "."}
_FOLDED = re.compile("[" + re.escape("".join(map(chr, _FOLD))) + "]")
_ASCII_FOLDED = [chr(point) for point in _FOLD if chr(point).isascii()]

# Soft hyphens, zero-width and direction marks, marks that only choose a glyph (variation selectors, the combining
# grapheme joiner), and control characters that are no white space: invisible, often pasted along, sometimes used to
# hide a copy. Those from U+0080 on are letters or punctuation that was decoded wrongly.
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}\x00-\x08\x0e-\x1b\x7f]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
# Sequences that compose in decomposed text: a character with its marks, a Hangul consonant with vowel and final. Thirty
# marks exceed any language's needs (Annex 15, Stream-Safe Text Format); sorting more takes quadratic time.
_COMPOSING = regex.compile(r"(?s).[\p{M}\p{GCB=V}\p{GCB=T}]{0,30}")


MOST_FOLDED, FOLDED_AT_ONCE = 3, 100
"""Bound on the folded length, FOLDED_AT_ONCE + MOST_FOLDED * n; the rest is cut off. Hangul folds into up to three
characters; single ligatures of Arabic words into up to eighteen, but no text consists of these."""


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """Folded text with a map back.

    ``starts[i]`` and ``ends[i]`` bound the code points of the submitted text that ``text[i]`` came from. Both are None
    if the texts correspond character by character, the common case.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None


def normalize(submitted: str) -> NormalizedText:
    """Fold ``submitted`` for comparison (Unicode Standard Annex 15, form KC, plus case, quotes, dashes, spaces)."""
    folded = _fold(submitted)
    lowered = _lowered_in_place(folded)
    return _normalize_by_piece(folded) if lowered is None else NormalizedText(lowered)


def normalize_in_place(submitted: str) -> str | None:
    """Fold ``submitted`` if that keeps every character's position; else return None quickly."""
    return _lowered_in_place(_fold(submitted))


def _lowered_in_place(folded: str) -> str | None:
    lowered = folded.lower()
    if lowered.isascii():
        return None if _CONTROLS.search(lowered) else lowered
    if len(lowered) == len(folded) and unicodedata.is_normalized("NFKC", lowered) and not _INVISIBLE.search(folded):
        return lowered
    return None


def _fold(submitted: str) -> str:
    """As ``submitted.translate(_FOLD)``, but without a look-up per character."""
    present = _ASCII_FOLDED if submitted.isascii() else set(_FOLDED.findall(submitted))
    for character in present:
        submitted = submitted.replace(character, _FOLD[ord(character)])
    return submitted


def _normalize_by_piece(folded: str) -> NormalizedText:
    """Fold any text: decompose each character (form KD), then compose (form KC is form KD composed).

    Case is folded in between, as some lower-case letters compose where their capitals do not (J with caron).
    """
    decomposed: list[str] = []
    origins: list[int] = []
    most = FOLDED_AT_ONCE + MOST_FOLDED * len(folded)
    for place, character in enumerate(folded):
        if len(origins) > most:
            break
        piece = _decompose(character)
        decomposed.append(piece)
        origins.extend([place] * len(piece))
    composed: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _COMPOSING.finditer("".join(decomposed)):
        piece = unicodedata.normalize("NFC", match.group())
        composed.append(piece)
        starts.extend([origins[match.start()]] * len(piece))
        ends.extend([origins[match.end() - 1] + 1] * len(piece))
    return NormalizedText("".join(composed), starts, ends)


@lru_cache(maxsize=65_536)
def _decompose(character: str) -> str:
    if _INVISIBLE.match(character):
        return ""
    return unicodedata.normalize("NFKD", character).lower().translate(_FOLD)
