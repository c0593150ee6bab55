"""The process's vocabulary of English in Latin letters for the compiled kernels, and its table of characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels import active_path
from wirematch.kernels.text.vocabulary import CAPITAL, CHARACTER, DIGIT, LETTER, RANGES, READABLE, Vocabulary
from wirematch.text.english import stem_many
from wirematch.text.languages.recognition import ENGLISH
from wirematch.text.normalize import normalize
from wirematch.text.words import is_latin

COMMON_WORDS = "english_words.tsv"
"""The most frequent words of news with their terms, so that a new process need not read them first."""

_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")


class _Current:
    """The vocabulary in use, replaced once it is full."""

    def __init__(self) -> None:
        self.vocabulary = common_vocabulary().copy()


def current_vocabulary() -> Vocabulary | None:
    """The process's vocabulary; None without compiled kernels. Use one vocabulary throughout a text."""
    if active_path() == "python":
        return None
    current = _current()
    if current.vocabulary.full:
        current.vocabulary = common_vocabulary().copy()
    return current.vocabulary


@cache
def _current() -> _Current:
    return _Current()


@cache
def common_vocabulary() -> Vocabulary:
    vocabulary = Vocabulary(read_new, characters())
    words = (files("wirematch.text") / COMMON_WORDS).read_text(encoding="utf-8").split()
    forms, terms = words[::2], words[1::2]
    vocabulary.add_read(forms, terms, [form not in ENGLISH.function_words for form in forms])
    return vocabulary


def read_new(forms: Sequence[str]) -> tuple[list[str], list[bool]]:
    """Return the terms of new words, and which are content words; as ``ENGLISH.read``."""
    function_words = ENGLISH.function_words
    return stem_many(forms), [form not in function_words for form in forms]


def characters() -> NDArray[np.void]:
    """For each character of Latin text, what it folds into and its kind; empty if it folds into several."""
    table = np.zeros(sum(map(len, RANGES)), CHARACTER)
    for place, point in enumerate(chain(*RANGES)):
        character = chr(point)
        folded = normalize(character).text
        if len(folded) != 1 or not is_latin(folded) or folded.isdigit() != folded.isdecimal():
            continue
        letter, digit, capital = _LETTER.match(folded), _DIGIT.match(folded), character.isupper()
        kind = READABLE | bool(letter) * LETTER | bool(digit) * DIGIT | capital * CAPITAL
        table[place] = ord(folded), kind
    return table
