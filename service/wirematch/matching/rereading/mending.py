"""Read a damaged text in the light of another: OCR errors, and words that ran together or fell apart.

A text with many unknown plain words was damaged on its way. Another text often knows which word stood there: the one at
the same position, or the one that looks most alike. So a damaged text is mended for each comparison with the words of
the other text alone; what the other text lacks stays as it is. Texts count as damaged by their share of plain words
that are in no list (of clean news, one text in a thousand exceeds ``DAMAGED``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.rereading.reread import reread
from wirematch.text.normalize import normalize
from wirematch.text.prepared import PreparedText
from wirematch.text.unmasking.unmask import unmask

DAMAGED = 0.12
"""Share of unlisted plain words (no names, no numbers) from which on a text counts as damaged. Half of clean news has
none and 99 % less than 0.06; three misread letters in a hundred give 0.15 and more."""
MOST_STRANGE = 0.8
"""If both texts reach this share, they are codes, jargon or made-up words rather than misread news, and what they share
is how such words are formed. Eight misread letters in a hundred give 0.5, twenty 0.75."""
MOST_MENDED = 8
"""Most similar candidates of a damaged text that are compared with it mended, which takes milliseconds."""
MOST_WORDS = 6_000
"""Longer texts are left as they are."""
IN_PLACE = 0.5
"""Similarity from which on a word is taken for the other text's next word."""
ELSEWHERE = 0.72
"""Similarity from which on a word is taken for any word of the other text ..."""
LEAST_LETTERS = 5
"""... if it has at least this many letters."""
SHORT = 3
"""Letters up to which a word is taken for the other text's word at that position whatever it looks like, provided that
the words after both are the same."""
REACH = 3
"""Words of the other text among which the next one is searched."""
LONGEST_JOINED = 3
"""Most words that ran together, or pieces that a word fell into."""

Words = list[str]
T = TypeVar("T", bound=np.generic)


def is_damaged(text: Profile) -> bool:
    """Whether many plain words are unlisted, or look-alike letters had to be guessed; short enough texts only."""
    return (text.strange >= DAMAGED or text.disguised) and text.size <= MOST_WORDS


def is_any_damaged(texts: Iterable[Profile]) -> bool:
    """Whether any text is damaged. Inlined, as it is called for all candidates of every submission."""
    return any([(one.strange >= DAMAGED or one.disguised) and one.size <= MOST_WORDS for one in texts])  # noqa: C419


def may_be_mended(mine: Profile, other: Profile) -> bool:
    """Whether one of two texts is damaged and the other's words can tell what stood there."""
    return (is_damaged(mine) or is_damaged(other)) and min(mine.strange, other.strange) < MOST_STRANGE


class _Piece(NamedTuple):
    """A word of the mended text: ``[first, last)`` of the damaged text, and the other text's word, or -1."""

    first: int
    last: int
    start: int
    end: int
    other: int


def mend(damaged: PreparedText, body: str, other: PreparedText, other_body: str) -> PreparedText:
    """Return ``damaged`` with words of the other text where it has them; offsets are into ``body``."""
    mine, theirs = _forms(damaged, body), _forms(other, other_body)
    if not theirs:
        return damaged
    pieces = _pieces(damaged, mine, _Other(theirs))
    return reread(
        damaged,
        other,
        np.array([piece.first for piece in pieces], np.intp),
        np.array([piece.other for piece in pieces], np.intp),
        ([piece.start for piece in pieces], [piece.end for piece in pieces]),
    )


def _forms(text: PreparedText, body: str) -> Words:
    """The words unmasked and folded."""
    unmasked = unmask(body)
    starts, ends = map(unmasked.places_of, (text.starts, text.ends))
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    return ["".join(normalize(unmasked.text[start:end]).text.split()) for start, end in spans]


class _Other:
    """The words of the other text, indexed."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.places: dict[str, int] = {}
        self.joined: dict[str, tuple[int, int]] = {}
        for place, word in enumerate(words):
            self.places.setdefault(word, place)
        for size in range(2, LONGEST_JOINED + 1):
            for place in range(len(words) - size + 1):
                self.joined.setdefault("".join(words[place : place + size]), (place, place + size))
        self._choices = [word for word in self.places if len(word) >= LEAST_LETTERS]
        self._known: dict[str, int | None] = {}

    def next_like(self, word: str, at: int) -> int | None:
        """Position of a similar word among the next few from ``at``."""
        for place in range(at, min(at + REACH, len(self.words))):
            similarity = IN_PLACE if len(word) > 2 else 1 / 3
            if _alike(word, self.words[place]) >= similarity:
                return place
        return None

    def like(self, word: str) -> int | None:
        """Position of the most similar word anywhere."""
        if word not in self._known:
            found = process.extractOne(
                word, self._choices, scorer=Levenshtein.normalized_similarity, score_cutoff=ELSEWHERE
            )
            self._known[word] = self.places[found[0]] if found and len(word) >= LEAST_LETTERS else None
        return self._known[word]


def _alike(word: str, other: str) -> float:
    similarity: float = Levenshtein.normalized_similarity(word, other)
    return similarity


def _pieces(text: PreparedText, words: Words, other: _Other) -> list[_Piece]:
    starts, ends = text.starts.tolist(), text.ends.tolist()
    pieces: list[_Piece] = []
    place, expected = 0, 0
    while place < len(words):
        word = words[place]
        start, end = starts[place], ends[place]
        same = _same(word, other, expected)
        if same is not None:
            pieces.append(_Piece(place, place + 1, start, end, same))
            place, expected = place + 1, same + 1
            continue
        if word in other.joined:  # words ran together here
            first, last = other.joined[word]
            pieces += _split(place, start, end, other.words[first:last], first)
            place, expected = place + 1, last
            continue
        size = _fell_apart(words, place, other)
        if size:
            found = other.places["".join(words[place : place + size])]
            pieces.append(_Piece(place, place + size, start, ends[place + size - 1], found))
            place, expected = place + size, found + 1
            continue
        found_ = other.next_like(word, expected)
        if found_ is None and _is_between(words, place, other.words, expected):
            found_ = expected
        if found_ is None:
            found_ = other.like(word)
        if found_ is not None and _are_numbers(word, other.words[found_]):  # another number is no misread one
            found_ = None
        pieces.append(_Piece(place, place + 1, start, end, -1 if found_ is None else found_))
        place, expected = place + 1, expected + 1 if found_ is None else found_ + 1
    return pieces


def _same(word: str, other: _Other, expected: int) -> int | None:
    """Position of the very word in the other text: the expected one if it is there, else its first."""
    if expected < len(other.words) and other.words[expected] == word:
        return expected
    return other.places.get(word)


def _is_between(words: Words, place: int, others: Words, expected: int) -> bool:
    """Whether a short word differs from the other text's word while the next words are the same."""
    after = words[place + 1 : place + 2]
    return len(words[place]) <= SHORT and len(after) == 1 and after == others[expected + 1 : expected + 2]


def _are_numbers(word: str, found: str) -> bool:
    return word[:1].isdecimal() and word[-1].isdecimal() and found[:1].isdecimal() and found[-1].isdecimal()


def _fell_apart(words: Words, place: int, other: _Other) -> int:
    """Number of pieces from ``place`` on that make one word of the other text; 0 if none do."""
    for size in range(LONGEST_JOINED, 1, -1):
        if place + size <= len(words) and "".join(words[place : place + size]) in other.places:
            return size
    return 0


def _split(place: int, start: int, end: int, parts: Words, first: int) -> list[_Piece]:
    """Split one word into several of the other text; each takes its letters, the last one the rest."""
    pieces, at = [], start
    for number, part in enumerate(parts):
        stop = min(at + len(part), end - 1) if number < len(parts) - 1 else end
        stop = max(stop, at + 1)
        pieces.append(_Piece(place, place + 1, at, stop, first + number))
        at = min(stop, end - 1)
    return pieces
