"""Split English words that are written together, using their frequency in news.

Finds the most likely split under a unigram model (Norvig 2009, 'Natural Language Corpus Data').
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files
from itertools import pairwise

from wirematch.text.english import FUNCTION_WORDS
from wirematch.text.frequencies import english_story_counts

LONGEST_WORD = 20
"""Longest word considered, in letters; the running time grows with it."""
UNKNOWN_WORD, UNKNOWN_LETTER = 11.0, 2.2
"""Cost, in nats, of an unknown word, and of each of its letters on top."""
FUNCTION_WORD = 6.5
"""Cost of a function word; content words cost more, the rarer the more. Keeps a long word from falling into two short
ones."""


@cache
def word_costs() -> dict[str, float]:
    """Costs of the most frequent words of news: the negative logarithm of their share of all words."""
    stories, of_stem = english_story_counts()
    words = (files("wirematch.text") / "english_words.tsv").read_text(encoding="utf-8").split()
    costs = {}
    for form, stem in zip(words[::2], words[1::2], strict=True):
        if form.isascii() and form.replace("'", "").isalpha() and (len(form) > 1 or form in "ai"):
            content = form not in FUNCTION_WORDS
            costs[form] = FUNCTION_WORD + content * math.log(stories / of_stem.get(stem, 1))
    return costs


def segment(letters: str) -> list[int]:
    """Return where words begin in ``letters`` (ASCII): ascending positions, the first is 0.

    Takes linear time.
    """
    known = word_costs()
    lowered = letters.lower().replace("’", "'")
    best, begin = [0.0], [0]
    for end in range(1, len(lowered) + 1):
        least, at = math.inf, 0
        for start in range(max(0, end - LONGEST_WORD), end):
            cost = known.get(lowered[start:end])
            if cost is None:
                cost = UNKNOWN_WORD + UNKNOWN_LETTER * (end - start)
            cost += best[start]
            if cost < least:
                least, at = cost, start
        best.append(least)
        begin.append(at)
    places, end = [], len(lowered)
    while end > 0:
        places.append(begin[end])
        end = begin[end]
    return places[::-1]


def is_word(letters: str) -> bool:
    """Whether it is among the most frequent words of news."""
    return letters.lower().replace("’", "'") in word_costs()


def segments_of(letters: str) -> list[tuple[int, int]]:
    """The words in ``letters`` as ``[start, end)``."""
    return list(pairwise([*segment(letters), len(letters)]))
