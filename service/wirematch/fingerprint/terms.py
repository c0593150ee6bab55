"""Read a text as the hashes of its content words. ``wirematch.text`` determines what a word counts as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wirematch.text.languages.language import Language
from wirematch.text.languages.recognition import recognize
from wirematch.text.languages.spelling import plain
from wirematch.text.normalize import normalize
from wirematch.text.word_cache import by_word
from wirematch.text.words import hash_term, split_words

Terms = NDArray[np.uint32]
FUNCTION_WORD = 0


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


def read_terms(body: str) -> TermReading:
    """Read a text in any language."""
    forms = split_words(normalize(body).text).forms
    language = recognize(forms)
    terms = [code for code in _codes(language)(forms) if code != FUNCTION_WORD]
    if len(terms) < 2:
        terms = [_hash(language.read(language.spell(form))[0] if language else plain(form)) for form in forms]
    hashes = np.array(terms + [0] * (len(terms) == 1), np.uint32)
    return TermReading(hashes, len(forms), known=language is not None)


@cache
def _codes(language: Language | None) -> Callable[[Sequence[str]], list[int]]:
    """Return a function from folded words to the hashes of their terms, or ``FUNCTION_WORD``; cached by word."""

    def code(word: str) -> int:
        if language is None:
            return _hash(plain(word))
        term, content = language.read(language.spell(word))
        return _hash(term) if content else FUNCTION_WORD

    return by_word(code)


def _hash(term: str) -> int:
    """As ``hash_term``; 1 instead of 0, which stands for a function word."""
    return hash_term(term) or 1
