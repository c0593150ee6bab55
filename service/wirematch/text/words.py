"""Split folded text into words, in every script.

Scripts with spaces give words. Chinese, Japanese, Thai, Lao, Khmer and Burmese have none; there each character, with
its marks, is a word, and n-grams over them do the work that words do elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import regex
import xxhash
from numpy.typing import NDArray

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    rf"""
      (?P<unspaced>[{_UNSPACED}]\p{{M}}*)
    | (?:\p{{L}}\.){{2,}}(?:'s)?
    | \p{{N}}+(?:[.,]\p{{N}}+)*
    | [[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+(?:'[\p{{L}}\p{{M}}]+)?
    """,
    regex.VERBOSE | regex.V1,
)
# For plain Latin letters, where the standard module agrees and takes a third of the time.
_BEYOND_LATIN = re.compile("[^\u0000-\u02ff\u2000-\u206f\u20a0-\u20cf\u2500-\u25ff]")
_LATIN_WORD = re.compile(r"(?:[^\W\d_]\.){2,}(?:'s)?|\d+(?:[.,]\d+)*|[^\W_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class WordForms:
    """n words of a folded text in the form in which they are compared."""

    forms: list[str]
    edges: NDArray[np.int32]
    """n x 2: start and end in the folded text."""
    unspaced: list[bool] | None
    """Flags for characters of scripts without spaces; None if there are none."""


def hash_term(term: str) -> int:
    """32-bit xxHash of a word, as used throughout: two 400-word texts collide once in 25,000 comparisons."""
    return xxhash.xxh32_intdigest(term.encode())


def is_latin(folded: str) -> bool:
    """Whether all letters are Latin, so that words have no marks and do not depend on their neighbours.

    Block elements and bullets may stand between words.
    """
    return not _BEYOND_LATIN.search(folded)


def split_words(folded: str) -> WordForms:
    """Return all words of ``folded``, in order: ``u.s.`` becomes ``us``, ``1,200`` becomes ``1200``.

    In a script without spaces, each character is returned joined to the adjacent next one: two characters say nearly as
    much as a word elsewhere, one says next to nothing.
    """
    if is_latin(folded):
        spans = [match.span() for match in _LATIN_WORD.finditer(folded)]
        return WordForms([_fold(folded[start:end]) for start, end in spans], _edges(spans), None)
    matches = list(_WORD.finditer(folded))
    spans = [match.span() for match in matches]
    forms = [_fold(folded[start:end]) for start, end in spans]
    unspaced = [match.lastgroup == "unspaced" for match in matches]
    if not any(unspaced):
        return WordForms(forms, _edges(spans), None)
    joined = [
        form + following if unspaced[place] and unspaced[place + 1] and end == start else form
        for place, ((form, following), ((_, end), (start, _))) in enumerate(
            zip(pairwise(forms), pairwise(spans), strict=True)
        )
    ]
    return WordForms(joined + forms[-1:], _edges(spans), unspaced)


def _fold(word: str) -> str:
    if word.isalpha():
        return word
    if word[0].isdigit():
        return word.replace(",", "")
    if "." in word:
        return word.removesuffix("'s").replace(".", "")
    return word


def _edges(spans: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    return np.array(spans, np.int32).reshape(-1, 2)
