"""Endings of West Slavic words, taken off as far as three letters and a vowel stay: what cases and genders add.

Snowball has no stemmer for Polish or Czech. News needs few of their forms to meet: cases of nouns and adjectives, and
persons and genders of the past (after Dolamic & Savoy 2009, 'Indexing and stemming approaches for the Czech
language', who take off about as much in their light stemmer).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

LEAST_STEM = 4
"""Letters that stay."""


def light_stemmer(endings: Iterable[str]) -> Callable[[str], str]:
    """Takes off the longest of the endings, once."""
    longest_first = sorted(endings, key=len, reverse=True)

    @lru_cache(maxsize=65_536)
    def stem(word: str) -> str:
        for ending in longest_first:
            if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
                return word[: -len(ending)]
        return word

    return stem
