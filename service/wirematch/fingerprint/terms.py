"""Read a text as the hashes of its content words, fast: every incoming article is fingerprinted.

``wirematch.text`` determines what a word counts as. It is asked once per word; from then on, a word costs one look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import xxhash
from numpy.typing import NDArray

from wirematch.fingerprint.word_table import KEY_BYTES, WordTable, keys_of
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.languages.language import Language
from wirematch.text.languages.recognition import ENGLISH, recognize
from wirematch.text.languages.spelling import plain
from wirematch.text.normalize import normalize
from wirematch.text.words import is_latin, split_words

Terms = NDArray[np.uint32]

MOST_KEPT = 131_072
"""Words cached per language, some 20 MB when full. A full cache is cleared: common words return within a few texts."""
LONGEST_KEPT = 32
"""Longest word cached, in characters: longer ones do not recur, and without spaces they are whole sentences."""

_FUNCTION = 0
_NOTHING = -1
_SEVERAL = -2

# Characters that never occur within a word become blanks, so that words have fewer spellings to look up. In text that
# is not all ASCII, some of these may occur within one.
_BLANKS = b"\0\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_TO_BLANKS = bytes.maketrans(_BLANKS, b" " * len(_BLANKS))
_BETWEEN = _BLANKS + b'!"#$%&()*+-/:;<=>?@[\\]^_{|}~'
_BETWEEN_TO_BLANKS = bytes.maketrans(_BETWEEN, b" " * len(_BETWEEN))
_END = b"\0"
"""Follows each text."""


class TermTable(dict[str, int]):
    """Folded word -> hash of its term, or ``_FUNCTION``. Bounded; filled on access."""

    def __init__(self, language: Language | None) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> int:
        code = self._read(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[word] = code
        return code

    def _read(self, word: str) -> int:
        if self._language is None:
            return _hash(plain(word))
        term, content = self._language.read(self._language.spell(word))
        return _hash(term) if content else _FUNCTION


_words = cache(TermTable)
_pieces = WordTable()
"""Text between blanks, read as English -> the code of the word in it, ``_NOTHING`` or ``_SEVERAL``."""


def _hash(term: str) -> int:
    """32-bit xxHash of a term; 1 instead of 0, which stands for a function word."""
    return xxhash.xxh32_intdigest(term.encode()) or 1


@dataclass(frozen=True, slots=True, eq=False)
class TermReading:
    """The content words of a text."""

    terms: Terms
    """Term hashes, in order. With fewer than two content words, all words are used; a text with a single word is that
    word and 0, one without words is empty."""
    words: int
    """Number of words of all kinds."""
    known: bool
    """Whether function words were recognised."""


def read_many(bodies: Sequence[str]) -> list[TermReading]:
    """Read each body, in order."""
    folded = [normalize(body).text for body in bodies]
    codes, owner = _look_up(folded)
    words = np.bincount(owner, minlength=len(bodies))
    functions = np.bincount(owner[codes == _FUNCTION], minlength=len(bodies))
    content = words - functions
    terms = codes[codes > _FUNCTION].astype(np.uint32)
    ends = np.cumsum(content)
    # The test for English that ``recognize`` applies first. Texts that were not looked up have no words here.
    english = (functions >= ENGLISH_SHARE * words) & (content >= 2)
    return [
        TermReading(terms[end - size : end], count, known=True) if fast else _read_slowly(text)
        for end, size, count, fast, text in zip(
            ends.tolist(), content.tolist(), words.tolist(), english.tolist(), folded, strict=True
        )
    ]


def _look_up(folded: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the code, as English, of every word of all texts, and the index of its text."""
    text = bytearray(b" " + _END.join(map(_blanked, folded)) + _END + b" " * KEY_BYTES)
    letters = np.frombuffer(text, np.uint8)
    commas = np.flatnonzero(letters == ord(","))
    letters[commas[letters[commas + 1] == ord(" ")]] = ord(" ")  # other commas may separate thousands
    cuts = np.flatnonzero(letters <= ord(" "))
    sizes = np.diff(cuts) - 1
    begin = np.flatnonzero(sizes)
    starts, sizes = cuts[begin] + 1, sizes[begin]
    owner = np.searchsorted(np.flatnonzero(letters == ord(_END)), starts)

    def read(place: int) -> list[int]:
        piece = text[starts[place] : starts[place] + sizes[place]].decode()
        return list(map(_words(ENGLISH).__getitem__, split_words(piece).forms))

    def read_one(place: int) -> int:
        found = read(short[place])
        return found[0] if len(found) == 1 else _SEVERAL if found else _NOTHING

    codes = np.full(len(starts), _SEVERAL)
    short = np.flatnonzero(sizes <= KEY_BYTES)
    codes[short] = _pieces.look_up(*keys_of(text, starts[short], sizes[short]), read_one)
    several = np.flatnonzero(codes == _SEVERAL)
    if len(several):
        found = list(map(read, several.tolist()))
        times = np.ones(len(codes), np.intp)
        times[several] = list(map(len, found))
        codes, owner = np.repeat(codes, times), np.repeat(owner, times)
        codes[codes == _SEVERAL] = list(chain.from_iterable(found))
    kept = codes != _NOTHING
    return codes[kept], owner[kept]


def _blanked(folded: str) -> bytes:
    """Replace by blanks what ends words; empty for text in other letters, of which English knows no word."""
    if folded.isascii():
        return folded.encode().translate(_BETWEEN_TO_BLANKS)
    return folded.encode().translate(_TO_BLANKS) if is_latin(folded) else b""


def _read_slowly(folded: str) -> TermReading:
    """As ``read_many``, for any language and for texts with hardly any content words."""
    forms = split_words(folded).forms
    language = recognize(forms)
    terms = [code for code in map(_words(language).__getitem__, forms) if code > _FUNCTION]
    if len(terms) < 2:
        terms = [_hash(language.read(language.spell(form))[0] if language else plain(form)) for form in forms]
    hashes = np.array(terms + [0] * (len(terms) == 1), np.uint32)
    return TermReading(hashes, len(forms), known=language is not None)
