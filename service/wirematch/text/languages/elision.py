"""Elision: articles and the like that French and Italian join to the next word with an apostrophe."""

from __future__ import annotations

from collections.abc import Callable


def without(elided: frozenset[str]) -> Callable[[str], str]:
    """Return a function that strips one of ``elided`` from the front of a word: ``l'accord`` becomes ``accord``."""

    def bare(word: str) -> str:
        front, apostrophe, rest = word.partition("'")
        return rest if apostrophe and rest and front in elided else word

    return bare
