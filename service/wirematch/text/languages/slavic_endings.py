"""A light stemmer for West Slavic languages: strips an ending if at least four letters stay.

Snowball has no stemmer for Polish or Czech. News needs few of their forms to be unified: cases of nouns and adjectives,
and persons and genders of the past tense (after Dolamic & Savoy 2009, 'Indexing and stemming approaches for the Czech
language', whose light stemmer strips about as much).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from wirematch.text.languages.spelling import plain
from wirematch.text.word_cache import LONGEST_KEPT, WORDS_KEPT

LEAST_STEM = 4
"""Letters that must stay."""


def light_stemmer(endings: Iterable[str]) -> Callable[[str], str]:
    """Return a stemmer for words in unified spelling that strips the longest matching ending, once."""
    longest_first = sorted({plain(ending) for ending in endings}, key=lambda ending: (-len(ending), ending))

    def stem(word: str) -> str:
        for ending in longest_first:
            if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
                return word[: -len(ending)]
        return word

    kept = lru_cache(maxsize=WORDS_KEPT)(stem)
    return lambda word: kept(word) if len(word) <= LONGEST_KEPT else stem(word)
