"""Synthetic news in any amount, reproducible: English function words around an invented vocabulary.

What matters to an index is how often unrelated texts share a phrase. So words are Zipf-distributed (Zipf 1949), some
come in set phrases that many stories use ("prime minister", "told reporters"), some belong to the story's subject,
which other stories have, too, and each story has its own names and figures. Among 20,000, a new one has 255 candidates
on average; real stories have 254 (docs/adr/0006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from wirematch.models import Article
from wirematch.text.english import FUNCTION_WORDS

Places = NDArray[np.int64]

VOCABULARY, NAMES, FIGURES = 30_000, 10_000, 1_000
PHRASES = 20_000
SUBJECTS, SUBJECT_WORDS, SUBJECT_PHRASES = 3_000, 150, 60
STORY_NAMES = 6
KINDS = {"function": 0.42, "subject": 0.1, "name": 0.06, "figure": 0.02, "phrase": 0.08, "subject phrase": 0.05}
"""Average shares of kinds of words; the rest are common vocabulary, and a phrase also takes up the next word."""
WORDS = (400, 60)
"""Mean and standard deviation of a story's length."""
SENTENCE = (12, 34)
REACH = 200_000
"""Copies and rewrites derive from one of so many preceding articles."""
RETOUCHED, REWORDED = 0.02, 0.3
"""Share of words replaced in a near copy and in a rewrite."""
SENTENCES_KEPT = 0.85


class Sort(StrEnum):
    """How an article was made."""

    NEW = "new"
    COPY = "copy"
    NEAR_COPY = "near_copy"
    REWRITE = "rewrite"


SHARES = {Sort.COPY: 0.05, Sort.NEAR_COPY: 0.05, Sort.REWRITE: 0.05}
"""The rest are new."""


@dataclass(frozen=True, slots=True)
class Made:
    """An article, and what it was made from."""

    article: Article
    sort: Sort
    source_id: str | None


class Newsroom:
    """Makes articles by number: the same seed and number give the same article, in any order."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        draw = np.random.default_rng([seed, 0])
        function_words = sorted(word for word in FUNCTION_WORDS if "'" not in word)
        draw.shuffle(function_words)
        names = [name.capitalize() for name in _spell(draw, NAMES)]
        self._functions = len(function_words)
        self._words = [*function_words, *_spell(draw, VOCABULARY), *names, *map(str, range(FIGURES))]
        frequencies = 1 / (np.arange(VOCABULARY) + 2.7)  # Mandelbrot's form of the law
        self._ranks = np.cumsum(frequencies) / frequencies.sum()
        self._first_name = self._functions + VOCABULARY
        self._phrases = self._common(draw, 2 * PHRASES).reshape(-1, 2)
        self._subjects = draw.integers(self._functions, self._first_name, (SUBJECTS, SUBJECT_WORDS))
        self._subject_phrases = draw.choice(self._subjects[0], (SUBJECTS, SUBJECT_PHRASES, 2))
        for subject, phrases in zip(self._subjects, self._subject_phrases, strict=True):
            phrases[:] = draw.choice(subject, phrases.shape)

    def make(self, first: int, count: int) -> Iterator[Made]:
        """Yield the articles ``first`` to ``first + count``; copies and rewrites derive from earlier new ones."""
        for number in range(first, first + count):
            yield self._make(number)

    def retouched(self, number: int, count: int, sentences: int) -> list[str]:
        """Return the first sentences of a story ``count`` times, every second time with some words changed."""
        story = self._story(number)[:sentences]
        bodies = []
        for copy in range(count):
            draw = np.random.default_rng([self._seed, 4, number, copy])
            changed = [self._changed(draw, sentence, RETOUCHED) for sentence in story] if copy % 2 else story
            bodies.append(self._assemble(number, Sort.NEAR_COPY, changed, None).article.body)
        return bodies

    def _make(self, number: int) -> Made:
        sort, draw = self._sort(number)
        if sort is Sort.NEW:
            return self._assemble(number, sort, self._story(number), None)
        source = int(draw.integers(max(0, number - REACH), number))
        while self._sort(source)[0] is not Sort.NEW:
            source = int(draw.integers(max(0, number - REACH), number))
        sentences = self._story(source)
        if sort is Sort.NEAR_COPY:
            sentences = [self._changed(draw, sentence, RETOUCHED) for sentence in sentences]
        if sort is Sort.REWRITE:
            kept = [sentence for sentence in sentences if draw.random() < SENTENCES_KEPT] or sentences
            sentences = [self._changed(draw, sentence, REWORDED) for sentence in kept]
        return self._assemble(number, sort, sentences, _id(source))

    def _sort(self, number: int) -> tuple[Sort, np.random.Generator]:
        draw = np.random.default_rng([self._seed, 2, number])
        place = int(np.searchsorted(np.cumsum(list(SHARES.values())), draw.random(), side="right"))
        return (Sort.NEW if number == 0 or place == len(SHARES) else list(SHARES)[place]), draw

    def _common(self, draw: np.random.Generator, count: int) -> Places:
        """Draw words of the vocabulary, a few of them often."""
        return self._functions + np.searchsorted(self._ranks, draw.random(count))

    def _story(self, number: int) -> list[Places]:
        """Make a new story's sentences, as indexes into the list of words."""
        draw = np.random.default_rng([self._seed, 3, number])
        size = max(60, int(draw.normal(*WORDS)))
        subject = int(draw.zipf(1.2) - 1) % SUBJECTS
        kind = np.searchsorted(np.cumsum(list(KINDS.values())), draw.random(size), side="right")
        words = self._common(draw, size)
        for place, drawn in enumerate(
            (
                (draw.zipf(1.3, size) - 1) % self._functions,
                draw.choice(self._subjects[subject], size),
                self._first_name + draw.integers(0, NAMES, STORY_NAMES)[draw.integers(0, STORY_NAMES, size)],
                self._first_name + NAMES + draw.integers(0, FIGURES, size),
            )
        ):
            words = np.where(kind == place, drawn, words)
        for place, phrases in ((4, self._phrases), (5, self._subject_phrases[subject])):
            starts = np.flatnonzero(kind[:-1] == place)
            words[starts[:, None] + [0, 1]] = phrases[(draw.zipf(1.2, len(starts)) - 1) % len(phrases)]
        cuts = np.cumsum(draw.integers(*SENTENCE, size // SENTENCE[0] + 1))
        return np.split(words, cuts[cuts < size - SENTENCE[0]])

    def _changed(self, draw: np.random.Generator, sentence: Places, share: float) -> Places:
        """Replace a share of the sentence's words."""
        return np.where(draw.random(len(sentence)) < share, self._common(draw, len(sentence)), sentence)

    def _assemble(self, number: int, sort: Sort, sentences: list[Places], source_id: str | None) -> Made:
        """Print sentences: capitals, full stops, a paragraph every third sentence."""
        told = [" ".join([self._words[place] for place in sentence.tolist()]) for sentence in sentences]
        printed = [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in told]
        body = "\n\n".join(" ".join(printed[place : place + 3]) for place in range(0, len(printed), 3))
        return Made(Article(id=_id(number), source="Synthetic", body=body), sort, source_id)


def _id(number: int) -> str:
    return f"synthetic-{number}"


def _spell(draw: np.random.Generator, count: int) -> list[str]:
    """Return different words of one to three syllables."""
    onsets, vowels = [*"bcdfghjklmnprstvwz", "st", "br", "tr", "pl", "gr"], [*"aeiou", "ai", "ou"]
    syllables = [onset + vowel for onset in onsets for vowel in vowels]
    endings = ["n", "r", "l", "t", "m", "nd", "rk", "st", "x", "ck"]
    parts = draw.integers(0, len(syllables), (2 * count, 4)).tolist()
    sizes = draw.integers(1, 4, 2 * count).tolist()
    last = draw.integers(0, len(endings), 2 * count).tolist()
    spelled = (
        "".join(syllables[part] for part in row[:size]) + endings[end]
        for row, size, end in zip(parts, sizes, last, strict=True)
    )
    return list(dict.fromkeys(spelled))[:count]
