"""Read a damaged text beside another one: a scanner's errors, words that ran together or fell apart.

A text many of whose plain words nobody knows was damaged on its way. Which word stood there, another text often knows:
what it has at the same place, or the one of its words that looks most alike. So a damaged text is mended for each
comparison, with the other text's words alone; what the other does not have stays as it is. Whole and damaged texts are
told apart by what share of plain words is in no list (of clean news, one text in a thousand is above ``DAMAGED``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from wirematch.matching.profiles.text_profile import Profile
from wirematch.matching.rereading.rereading import reread
from wirematch.text.normalize import normalize
from wirematch.text.prepared import PreparedText
from wirematch.text.unmasking import unmask

DAMAGED = 0.12
"""Share of the plain words (no names, no numbers) that no list has, from which on a text counts as damaged. Of clean
news half has none and 99 % less than 0.06; three letters in a hundred misread make 0.15 and more."""
MOST_STRANGE = 0.8
"""Where no list has so many plain words of either text, these are no news that was misread but codes, jargon or made-up
words, and what they have in common is how such words are made. Eight letters in a hundred misread make 0.5, twenty
0.75."""
MOST_MENDED = 8
"""The likest so many candidates of a damaged text are compared in full: mending takes milliseconds."""
MOST_WORDS = 6_000
"""Longer texts are left as they are."""
IN_PLACE = 0.5
"""Likeness from which on a word is the one that the other text has next."""
ELSEWHERE = 0.72
"""Likeness from which on a word is one that the other text has anywhere ..."""
LEAST_LETTERS = 5
"""... if it has so many letters."""
SHORT = 3
"""Letters; a word of so few is what the other text has there, whatever it looks like, if the next one is the same."""
REACH = 3
"""Words of the other text among which the next one is sought."""
LONGEST_JOINED = 3
"""Words that ran together, or pieces that a word fell into."""

Words = list[str]
T = TypeVar("T", bound=np.generic)


def is_damaged(text: Profile) -> bool:
    """Whether many of its plain words are in no list, or some were told from one another as well as that goes."""
    return (text.strange >= DAMAGED or text.disguised) and text.size <= MOST_WORDS


def is_any_damaged(texts: Iterable[Profile]) -> bool:
    """Whether any of them is; asked of all candidates of every submission, so without a call for each."""
    return any([(one.strange >= DAMAGED or one.disguised) and one.size <= MOST_WORDS for one in texts])  # noqa: C419


def may_be_mended(mine: Profile, other: Profile) -> bool:
    """Whether one of two texts is damaged, and the words of the other may tell what stood there."""
    return (is_damaged(mine) or is_damaged(other)) and min(mine.strange, other.strange) < MOST_STRANGE


class _Piece(NamedTuple):
    """A word of the mended text: ``[first, last)`` of the damaged one, and the other text's word that it is, if any."""

    first: int
    last: int
    start: int
    end: int
    other: int


def mend(damaged: PreparedText, body: str, other: PreparedText, other_body: str) -> PreparedText:
    """``damaged`` with the other text's words where it has them; its offsets stay those of its ``body``."""
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
    """The words as a person reads them, folded."""
    unmasked = unmask(body)
    starts, ends = map(unmasked.places_of, (text.starts, text.ends))
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    return ["".join(normalize(unmasked.text[start:end]).text.split()) for start, end in spans]


class _Other:
    """The words of the other text, to be asked for."""

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
        """The place of a word like this one among those that come at ``at``."""
        for place in range(at, min(at + REACH, len(self.words))):
            likeness = IN_PLACE if len(word) > 2 else 1 / 3
            if _alike(word, self.words[place]) >= likeness:
                return place
        return None

    def like(self, word: str) -> int | None:
        """The place of the word that is most like this one, anywhere."""
        if word not in self._known:
            found = process.extractOne(
                word, self._choices, scorer=Levenshtein.normalized_similarity, score_cutoff=ELSEWHERE
            )
            self._known[word] = self.places[found[0]] if found and len(word) >= LEAST_LETTERS else None
        return self._known[word]


def _alike(word: str, other: str) -> float:
    likeness: float = Levenshtein.normalized_similarity(word, other)
    return likeness


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
        if word in other.joined:  # ran together here
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
        pieces.append(_Piece(place, place + 1, start, end, -1 if found_ is None else found_))
        place, expected = place + 1, expected + 1 if found_ is None else found_ + 1
    return pieces


def _same(word: str, other: _Other, expected: int) -> int | None:
    """Where the other text has the very word: at the expected place, or at its first."""
    if expected < len(other.words) and other.words[expected] == word:
        return expected
    return other.places.get(word)


def _is_between(words: Words, place: int, others: Words, expected: int) -> bool:
    """Whether a short word stands where the other text has another, and the next one is the same."""
    after = words[place + 1 : place + 2]
    return len(words[place]) <= SHORT and len(after) == 1 and after == others[expected + 1 : expected + 2]


def _fell_apart(words: Words, place: int, other: _Other) -> int:
    """How many pieces from there on make one word of the other text; 0 when none do."""
    for size in range(LONGEST_JOINED, 1, -1):
        if place + size <= len(words) and "".join(words[place : place + size]) in other.places:
            return size
    return 0


def _split(place: int, start: int, end: int, parts: Words, first: int) -> list[_Piece]:
    """One word of the text as several of the other's; each gets its letters, the last one what is left."""
    pieces, at = [], start
    for number, part in enumerate(parts):
        stop = min(at + len(part), end - 1) if number < len(parts) - 1 else end
        stop = max(stop, at + 1)
        pieces.append(_Piece(place, place + 1, at, stop, first + number))
        at = min(stop, end - 1)
    return pieces
