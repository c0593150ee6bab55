"""English in Latin letters, read by the compiled kernels: the vocabulary of this process and what its letters are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels import active_path
from wirematch.kernels.vocabulary import CAPITAL, CHARACTER, DIGIT, LETTER, RANGES, READABLE, Vocabulary
from wirematch.text.english import stem_many
from wirematch.text.languages.recognition import ENGLISH
from wirematch.text.normalize import normalize
from wirematch.text.words import is_latin

COMMON_WORDS = "english_words.tsv"
"""The words that news uses most, each with its term, so that a new process need not meet them first."""

_LETTER, _DIGIT = re.compile(r"[^\W\d_]"), re.compile(r"\d")


class _Current:
    """The vocabulary that texts are read with; another one when it is full."""

    def __init__(self) -> None:
        self.vocabulary = common_vocabulary().copy()


def current_vocabulary() -> Vocabulary | None:
    """The vocabulary of this process; None on the Python path. Whoever reads a text holds on to one for all of it."""
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
    """Of words that were never met before their terms, and which are content words; as ``ENGLISH.read`` has it."""
    function_words = ENGLISH.function_words
    return stem_many(forms), [form not in function_words for form in forms]


def characters() -> NDArray[np.void]:
    """What each character folds into and what it then is, where that is a single one that Latin text may hold."""
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
