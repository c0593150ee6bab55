"""Caches of what is computed for each word of a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

R = TypeVar("R")
WORDS_KEPT = 65_536
LONGEST_KEPT = 64
"""Letters of the longest word that is kept. Longer ones do not recur, and one may be a whole text."""


def by_word(compute: Callable[[str], R]) -> Callable[[Sequence[str]], list[R]]:
    """Return a function from words to what ``compute`` returns for each, of which the latest are kept."""
    kept = lru_cache(maxsize=WORDS_KEPT)(compute)

    def of_all(words: Sequence[str]) -> list[R]:
        if max(map(len, words), default=0) <= LONGEST_KEPT:
            return list(map(kept, words))
        return [kept(word) if len(word) <= LONGEST_KEPT else compute(word) for word in words]

    return of_all
