"""Blanks where none belong, and none where they do: letters that stand apart, and words that are written together.

Each function gives the pieces of the text as it is to be read, each with the place that it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from wirematch.text.segmentation import is_word, parted

Piece = tuple[str, int, int]
"""What is read, and ``[start, end)`` of what was written; a blank that was put in comes from between two letters."""

LONG_SPACED = b" ".join([b"a"] * 12)
"""So many letters with a blank between each two are no initials, no teams and no table ..."""
SPACED, LEAST_SPACED = b" a a a a a ", 3
"""... nor is a word of five, several times."""
UNSPACED = b"a" * 24
"""So many letters of ASCII in a row are two words and more, or one of German ..."""
MOST_BLANKS = 0.06
"""... and where fewer characters than this are blanks, words are written together: news has twice as many and more."""
MOSTLY_UNSPACED = 0.4
"""Share of the letters that then stand in such rows at the least ..."""
LEAST_UNSPACED = 100
"""... and how many that are; an address has fewer."""
LONG_UNSPACED = 40
"""Letters in a row that are several words whatever the text around them has ..."""
MOSTLY_WORDS = 0.7
"""... where so many of the letters come out as words that news uses."""
SHORTEST_PARTED = 4
"""Letters; shorter words are left whole."""

_SPACED_LETTERS = re.compile(r"(?<!\S)\S(?:[ \u00a0]\S)+(?!\S)")
_BLANKS = re.compile(r"[ \u00a0]{2,}")
_LETTERS = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_ROW = re.compile(rb"a{%d,}" % len(UNSPACED))
_LONG_ROW = re.compile(rf"[A-Za-z'’]{{{LONG_UNSPACED},}}")
_CHANGE_OF_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


def is_spaced(kinds: bytes) -> bool:
    """Whether letters stand apart; ``kinds`` has ``a`` for each letter and a blank for each blank."""
    return SPACED in kinds and (LONG_SPACED in kinds or kinds.count(SPACED) >= LEAST_SPACED)


def is_unspaced(kinds: bytes) -> bool:
    """Whether most words are written together."""
    if UNSPACED not in kinds or kinds.count(b" ") > MOST_BLANKS * len(kinds):
        return False
    return sum(map(len, _ROW.findall(kinds))) >= max(LEAST_UNSPACED, MOSTLY_UNSPACED * kinds.count(b"a"))


def has_long_rows(text: str, kinds: bytes) -> bool:
    """Whether some words are written together in a text that has blanks elsewhere."""
    return UNSPACED in kinds and _LONG_ROW.search(text) is not None


def without_blanks(text: str) -> Iterator[Piece]:
    """Letters that stand apart, put together; longer blanks tell words from one another, where there are such."""
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
    """A blank between all words that are written together, and between words and numbers."""
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
    """The same where so many letters stand together that they are no word, and mostly come out as words."""
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
    """The words in ``letters``; a capital begins one."""
    cuts = [0, *(change.start() for change in _CHANGE_OF_CASE.finditer(letters)), len(letters)]
    for start, end in pairwise(cuts):
        piece = letters[start:end]
        if len(piece) < SHORTEST_PARTED or is_word(piece):
            yield start, end
        else:
            yield from ((start + first, start + last) for first, last in parted(piece))
