"""Repair of spacing: letters set apart by blanks, and words written together.

Each function yields the pieces of the text as it should be read, with the ranges that they come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from wirematch.text.unmasking.segmentation import is_word, segments_of

Piece = tuple[str, int, int]
"""Text to read, and ``[start, end)`` of what was written; an inserted blank has an empty range."""

LONG_SPACED = b" ".join([b"a"] * 12)
"""A run of letters with single blanks between them that is too long for initials, teams or a table ..."""
SPACED, LEAST_SPACED = b" a a a a a ", 3
"""... as is a run of five letters if it occurs several times."""
UNSPACED = b"a" * 24
"""ASCII letters in a row that are more than one word, or one German word ..."""
MOST_BLANKS = 0.06
"""... and the share of blanks below which words are written together; news has at least twice as many."""
MOSTLY_UNSPACED = 0.4
"""Least share of the letters that then stand in such rows ..."""
LEAST_UNSPACED = 100
"""... and their least number; a URL has fewer."""
LONG_UNSPACED = 40
"""Letters in a row that are several words even if the text has blanks elsewhere ..."""
MOSTLY_WORDS = 0.7
"""... provided that this share of them splits into frequent words."""
SHORTEST_SEGMENTED = 4
"""Shorter runs of letters are not split."""

_SPACED_LETTERS = re.compile(r"(?<!\S)\S(?:[ \u00a0]\S)+(?!\S)")
_BLANKS = re.compile(r"[ \u00a0]{2,}")
_LETTERS = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_ROW = re.compile(rb"a{%d,}" % len(UNSPACED))
_LONG_ROW = re.compile(rf"[A-Za-z'’]{{{LONG_UNSPACED},}}")
_CHANGE_OF_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_spaced(kinds: bytes) -> bool:
    """Whether letters are set apart; ``kinds`` has ``a`` for each letter and a blank for each blank."""
    return SPACED in kinds and (LONG_SPACED in kinds or kinds.count(SPACED) >= LEAST_SPACED)


def is_unspaced(kinds: bytes) -> bool:
    """Whether most words are written together."""
    if UNSPACED not in kinds or kinds.count(b" ") > MOST_BLANKS * len(kinds):
        return False
    return sum(map(len, _ROW.findall(kinds))) >= max(LEAST_UNSPACED, MOSTLY_UNSPACED * kinds.count(b"a"))


def has_long_rows(text: str, kinds: bytes) -> bool:
    """Whether some words are written together, though the text has blanks."""
    return UNSPACED in kinds and _LONG_ROW.search(text) is not None


def without_blanks(text: str) -> Iterator[Piece]:
    """Join letters that are set apart; longer blanks, where there are any, separate words."""
    at = 0
    for spaced in _SPACED_LETTERS.finditer(text):
        start, end = spaced.span()
        yield from _with_single_blanks(text, at, start)
        for place in range(start, end, 2):
            yield text[place], place, place + 1
        at = end
    yield from _with_single_blanks(text, at, len(text))


def _with_single_blanks(text: str, start: int, end: int) -> Iterator[Piece]:
    at = start
    for blanks in _BLANKS.finditer(text, start, end):
        yield text[at : blanks.start() + 1], at, blanks.start() + 1
        at = blanks.end()
    yield text[at:end], at, end


def with_blanks(text: str) -> Iterator[Piece]:
    """Insert blanks between words written together, and between words and numbers."""
    at = 0
    for letters in _LETTERS.finditer(text):
        start, end = letters.span()
        yield text[at:start], at, start
        if at and text[start - 1] not in "'’-\"“‘(" and not text[start - 1].isspace():
            yield " ", start, start
        yield from _apart(text, start, list(_words(letters.group())))
        at = end
        if text[at : at + 1].isdigit():
            yield " ", at, at
    yield text[at:], at, len(text)


def with_blanks_in_long_rows(text: str) -> Iterator[Piece]:
    """As ``with_blanks``, only in rows of letters too long for a word that mostly split into frequent words."""
    at = 0
    for letters in _LONG_ROW.finditer(text):
        start, end = letters.span()
        words = list(_words(letters.group()))
        known = sum(last - first for first, last in words if is_word(text[start + first : start + last]))
        if known >= MOSTLY_WORDS * (end - start):
            yield text[at:start], at, start
            yield from _apart(text, start, words)
            at = end
    yield text[at:], at, len(text)


def _apart(text: str, start: int, words: list[tuple[int, int]]) -> Iterator[Piece]:
    for number, (first, last) in enumerate(words):
        if number:
            yield " ", start + first, start + first
        yield text[start + first : start + last], start + first, start + last


def _words(letters: str) -> Iterator[tuple[int, int]]:
    """Split ``letters`` into words; a capital always begins one."""
    cuts = [0, *(change.start() for change in _CHANGE_OF_CASE.finditer(letters)), len(letters)]
    for start, end in pairwise(cuts):
        piece = letters[start:end]
        if len(piece) < SHORTEST_SEGMENTED or is_word(piece):
            yield start, end
        else:
            yield from ((start + first, start + last) for first, last in segments_of(piece))
