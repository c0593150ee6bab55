"""A cache of what stands between blanks in Latin text: most words of a text were met before.

Reading a word takes a regular expression, a stemmer and two hashes; looking it up takes one dictionary access.
``split_words`` defines where and what the words are; the lexicon adds what English says about them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

from wirematch.text.languages.recognition import ENGLISH
from wirematch.text.words import WordForms, is_latin, split_words

MOST_KEPT = 131_072
"""Pieces kept, some 35 MB when full. A full lexicon is replaced: common words return within a few texts."""
LONGEST_KEPT = 32
"""Longest piece kept, in characters: longer ones do not recur."""

_NOTHING, _SEVERAL = -1, -2

# No word extends across any of these, so a text may be split here and read piece by piece.
_BETWEEN = '\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029!"#$%&()*+-/:;<=>?@[\\]^_{|}~'
_TO_BLANKS = str.maketrans(dict.fromkeys(_BETWEEN, " "))


def hash_term(term: str) -> int:
    """32-bit xxHash of a word, as used throughout: two 400-word texts collide once in 25,000 comparisons."""
    return xxhash.xxh32_intdigest(term.encode())


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """The ``n`` words of a folded text, as numbers in a lexicon."""

    numbers: NDArray[np.intp]
    """n word numbers."""
    edges: NDArray[np.int32]
    """n x 2: start and end in the folded text."""


class Lexicon(dict[str, int]):
    """Piece -> number of the word in it, ``_NOTHING`` or ``_SEVERAL``; filled on access.

    Numbers never change, so a text must be read with a single lexicon; a full one stays valid for those still using it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._filling = threading.Lock()
        self.forms: list[str] = []
        self.terms: list[str] = []
        self.edges = np.zeros((MOST_KEPT, 2), np.uint8)
        """Start and end of the word within the piece."""
        self.words = np.zeros(MOST_KEPT, np.uint32)
        self.stems = np.zeros(MOST_KEPT, np.uint32)
        self.content = np.zeros(MOST_KEPT, np.bool_)
        self.digits = np.zeros(MOST_KEPT, np.bool_)
        """Whether the word begins with a digit."""
        self._several: dict[str, Looked | None] = {}

    @property
    def full(self) -> bool:
        """Whether it takes no more pieces."""
        return len(self.forms) >= MOST_KEPT or len(self) >= 2 * MOST_KEPT

    def look_up(self, folded: str) -> Looked | None:
        """Return the words of ``folded``, in order; None if it must be read otherwise (other letters, long words)."""
        if not is_latin(folded):
            return None
        blanked = _blank(folded)
        pieces = blanked.split()
        numbers = np.fromiter(map(self.__getitem__, pieces), np.intp, len(pieces))
        edges = self.edges[numbers].astype(np.int32)
        several = np.flatnonzero(numbers == _SEVERAL)
        if len(several):
            found = [self._look_closer(pieces[place]) for place in several.tolist()]
            inner = [looked for looked in found if looked is not None]
            if len(inner) < len(found):
                return None
            times = np.ones(len(pieces), np.intp)
            times[several] = [len(looked.numbers) for looked in inner]
            within = np.repeat(numbers == _SEVERAL, times)
            numbers, edges = np.repeat(numbers, times), np.repeat(edges, times, axis=0)
            numbers[within] = np.concatenate([looked.numbers for looked in inner])
            edges[within] = np.concatenate([looked.edges for looked in inner])
            edges += np.repeat(_starts(blanked), times)[:, None]
        else:
            edges += _starts(blanked)[:, None]
        words = numbers != _NOTHING
        return Looked(numbers, edges) if words.all() else Looked(numbers[words], edges[words])

    def _look_closer(self, piece: str) -> Looked | None:
        """Return the words of a piece with several; None if one of them is not kept."""
        if piece in self._several:
            return self._several[piece]
        edges = split_words(piece).edges
        numbers = np.array([self[piece[start:end]] for start, end in edges.tolist()], np.intp)
        looked = Looked(numbers, edges) if (numbers >= 0).all() else None
        if len(piece) <= LONGEST_KEPT and len(self._several) < MOST_KEPT and not self.full:
            self._several[piece] = looked
        return looked

    def __missing__(self, piece: str) -> int:
        if len(piece) > LONGEST_KEPT:
            return _SEVERAL
        found = split_words(piece)
        if len(found.forms) != 1:
            return self.setdefault(piece, _SEVERAL if found.forms else _NOTHING)
        with self._filling:
            number = self.get(piece, len(self.forms))
            if number == len(self.forms):
                if self.full:
                    return _SEVERAL  # read directly, until the next text gets a new lexicon
                self._write(number, found)
                self[piece] = number
        return number

    def _write(self, number: int, found: WordForms) -> None:
        [form], [edges] = found.forms, found.edges
        spelled = ENGLISH.spell(form)
        term, content = ENGLISH.read(spelled)
        self.forms.append(form)
        self.terms.append(term)
        self.edges[number] = edges
        self.words[number], self.stems[number] = hash_term(spelled), hash_term(term)
        self.content[number], self.digits[number] = content, form[0].isdigit()


def _blank(folded: str) -> str:
    """Replace everything that separates words by a blank, keeping offsets."""
    if folded.isascii():
        return folded.translate(_TO_BLANKS).replace(", ", "  ")  # other commas may separate thousands
    for character in _BETWEEN:  # several times as fast as translating what is not all ASCII
        if character in folded:
            folded = folded.replace(character, " ")
    return folded


def _starts(blanked: str) -> NDArray[np.int32]:
    """Positions at which the pieces between blanks begin."""
    if blanked.isascii():
        points = np.frombuffer(blanked.encode("ascii"), np.uint8)
    else:
        points = np.frombuffer(blanked.encode("utf-32-le", "surrogatepass"), np.uint32)
    filled = points != ord(" ")
    begins = filled.copy()
    begins[1:] &= ~filled[:-1]
    return np.flatnonzero(begins).astype(np.int32)


_lexicon = Lexicon()


def current_lexicon() -> Lexicon:
    """The lexicon of this process; a new one once it is full."""
    global _lexicon  # noqa: PLW0603 - a bounded cache, as lru_cache would be
    if _lexicon.full:
        _lexicon = Lexicon()
    return _lexicon
