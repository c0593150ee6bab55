"""Read a text as the hashes of its content words, fast: a fingerprint is made of every article that comes in.

What a word counts as is what ``service.text`` says. It is asked once a word; after that, a word costs one look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

import numpy as np
import xxhash
from numpy.typing import NDArray

from service.text.english import ENGLISH_SHARE
from service.text.languages.language import Language
from service.text.languages.recognition import ENGLISH, recognize
from service.text.normalize import normalize
from service.text.words import is_latin, split_words

Terms = NDArray[np.uint32]

MOST_KEPT = 131_072
"""Words a language keeps; some 20 MB when full. Then it starts afresh: the common ones are back within few texts."""
LONGEST_KEPT = 32
"""Characters; what is longer comes once, and in scripts without spaces it is a whole sentence."""

_FUNCTION = 0
_NOTHING = -1
_SEVERAL = -2

# What never stands within a word parts words, as a blank does; taken out, one word has fewer spellings to look up.
_BETWEEN = str.maketrans(dict.fromkeys('\t\n\r!"#$%&()*+-/:;<=>?@[\\]^_{|}~', " "))


class _Kept(dict[str, int]):
    """A bounded table that is filled by being asked."""

    def __missing__(self, key: str) -> int:
        code = self.read(key)
        if len(key) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[key] = code
        return code

    def read(self, key: str) -> int:
        raise NotImplementedError


class _Words(_Kept):
    """Word in its folded form -> hash of its term, or ``_FUNCTION``."""

    def __init__(self, language: Language | None) -> None:
        super().__init__()
        self._language = language

    def read(self, key: str) -> int:
        if self._language is None:
            return _hash(key)
        term, content = self._language.read(self._language.spell(key))
        return _hash(term) if content else _FUNCTION


class _English(_Kept):
    """What stands between blanks -> the same of the word in it, ``_NOTHING`` or ``_SEVERAL``."""

    def read(self, key: str) -> int:
        codes = self.codes(key)
        return codes[0] if len(codes) == 1 else _SEVERAL if codes else _NOTHING

    def codes(self, key: str) -> list[int]:
        return list(map(_words(ENGLISH).__getitem__, split_words(key).forms))


_english = cache(_English)
_words = cache(_Words)


def _hash(term: str) -> int:
    """32-bit xxHash of a term; 1 in place of 0, which stands for a function word."""
    return xxhash.xxh32_intdigest(term.encode()) or 1


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as its content words."""

    terms: Terms
    """Their hashes, in order. A text of function words alone, or with a single content word, is read with all its
    words; one with a single word altogether is that word and 0. One without words is empty."""
    words: int
    """How many there are of all kinds."""
    known: bool
    """Whether function words were told from the others."""


def read_many(bodies: Sequence[str]) -> list[Reading]:
    """Each body, in order."""
    folded = [normalize(body).text for body in bodies]
    codes, owner = _look_up(list(map(_tokens, folded)))
    words = np.bincount(owner, minlength=len(bodies))
    functions = np.bincount(owner[codes == _FUNCTION], minlength=len(bodies))
    content = words - functions
    terms = codes[codes > _FUNCTION].astype(np.uint32)
    ends = np.cumsum(content)
    # Exactly what `recognize` asks of English, which comes first there. Texts not looked up have no words here.
    english = (functions >= ENGLISH_SHARE * words) & (content >= 2)
    return [
        Reading(terms[end - size : end], count, known=True) if fast else _read_slowly(text)
        for end, size, count, fast, text in zip(
            ends.tolist(), content.tolist(), words.tolist(), english.tolist(), folded, strict=True
        )
    ]


def _tokens(folded: str) -> list[str]:
    """Cut where no word goes on; nothing for a text in other letters, of which English will know no word."""
    if folded.isascii():
        folded = folded.translate(_BETWEEN)
    elif not is_latin(folded):
        return []
    return folded.replace(", ", " ").split()


def _look_up(tokens: list[list[str]]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Of every word of all texts its code, read as English, and the number of the text it stands in."""
    english = _english()
    counts = [len(found) for found in tokens]
    codes = np.fromiter(map(english.__getitem__, chain.from_iterable(tokens)), np.int64, sum(counts))
    owner = np.repeat(np.arange(len(tokens)), counts)
    several = np.flatnonzero(codes == _SEVERAL)
    if len(several):
        starts = np.cumsum(counts) - counts
        found = [
            english.codes(tokens[number][place - starts[number]])
            for place, number in zip(several.tolist(), owner[several].tolist(), strict=True)
        ]
        times = np.ones(len(codes), np.intp)
        times[several] = [len(words) for words in found]
        codes, owner = np.repeat(codes, times), np.repeat(owner, times)
        codes[codes == _SEVERAL] = list(chain.from_iterable(found))
    kept = codes != _NOTHING
    return codes[kept], owner[kept]


def _read_slowly(folded: str) -> Reading:
    """The same for any language and for texts with hardly a content word."""
    forms = split_words(folded).forms
    language = recognize(forms)
    terms = [code for code in map(_words(language).__getitem__, forms) if code > _FUNCTION]
    if len(terms) < 2:
        terms = [_hash(language.read(language.spell(form))[0] if language else form) for form in forms]
    hashes = np.array(terms + [0] * (len(terms) == 1), np.uint32)
    return Reading(hashes, len(forms), known=language is not None)
