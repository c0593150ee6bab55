"""Where the sentences of a text begin."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import sentencex

from wirematch.kernels.text.segments import INT32, segments
from wirematch.text.landmarks import LONG_ROW, ROW_MARKS

MOST_AT_ONCE = 20_000
"""Characters given to sentencex at once."""
MOST_MARKS = 1_000
"""Marks among them: sentencex may scan all that follows an unpaired mark. Stories have a third as many."""
FOLLOWED = "1.0.32"
"""Version of sentencex whose rules the kernel implements; with any other version the kernel is not used."""
_MARK = re.compile("""[.!?…。｡！？．।؟։۔።፧၊။"'`‘‚‛“„‟‹«»《「]""")
_BYTES_OF_MARKS = bytes(sorted({mark.encode()[0] for mark in _MARK.pattern[1:-1]}))
_LONG_ROW = re.compile(f"[{ROW_MARKS}]{{{LONG_ROW},}}")
_WHITE = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_APART = re.compile(r"(?<![^\s./])[A-Z]\s+(?=\.)")
"""A capital and its full stop; sentencex panics at multi-byte white space between them."""


def sentence_starts(text: str, language: str = "en", *, long_rows: bool = True) -> list[int]:
    """Return the code points where sentences begin, the first at 0. ``long_rows``: rows of marks may occur."""
    # Long rows of quotation marks tell nothing about sentences and take sentencex quadratic time.
    plain = _LONG_ROW.sub(lambda row: " " * len(row.group()), text) if long_rows else text
    if not plain.isascii():
        plain = _APART.sub(_with_blanks, plain)
    return [
        first + boundary["start_index"]
        for first, last in _pieces(plain)
        for boundary in sentencex.get_sentence_boundaries(language, plain[first:last])
    ]


def english_cuts(text: str, encoded: bytes, *, long_rows: bool) -> array[int]:
    """As ``sentence_starts``, without paragraph ends, where no word is; by the kernel where it can decide."""
    found = segments(encoded) if is_followed() else None
    return array(INT32, sentence_starts(text, long_rows=long_rows)) if found is None else found


@cache
def is_followed() -> bool:
    """Whether the installed sentencex is the version that the kernel implements; False if its version is unknown."""
    try:
        return version("sentencex") == FOLLOWED
    except PackageNotFoundError:  # installed without metadata, as in a single-file application
        return False


def _with_blanks(apart: re.Match[str]) -> str:
    # Checked separately: one pattern for white space containing such a character would take quadratic time.
    found = apart.group()
    return found[0] + " " * (len(found) - 1) if _WHITE.search(found) else found


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of at most ``MOST_AT_ONCE`` characters and ``MOST_MARKS`` marks.

    They end at the end of a line or sentence where possible.
    """
    marks = [found.start() for found in _MARK.finditer(text)] if _may_have_many_marks(text) else []
    first = 0
    while True:
        end = first + MOST_AT_ONCE
        beyond = bisect_left(marks, first) + MOST_MARKS
        if beyond < len(marks):
            end = min(end, marks[beyond])
        if end >= len(text):
            break
        found = max(text.rfind("\n", first, end), text.rfind(". ", first, end))
        last = found + 1 if found >= first else end
        yield first, last
        first = last
    yield first, len(text)


def _may_have_many_marks(text: str) -> bool:
    """A quick upper bound, by the first bytes of marks, which other characters share; ten times as fast as a search."""
    encoded = text.encode()
    return len(encoded) - len(encoded.translate(None, _BYTES_OF_MARKS)) > MOST_MARKS
