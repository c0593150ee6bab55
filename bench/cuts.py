"""Articles made of others: excerpts in a strange article, briefs and alerts cut from a story."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

_SENTENCE_END = re.compile(r"(?<=[a-z0-9%)][.!?])\s+(?=[A-Z])")
_MARKS = re.compile("[\"“”„‟«»]|``|''|(?<![\\w])['‘]|^\\W*\\(")
"""Marks of speech, and what opens an agency's note."""


def sentences_of(text: str) -> list[str]:
    """As a reader would cut it, roughly."""
    return [part for line in text.splitlines() for part in _SENTENCE_END.split(line.strip()) if part]


def words_of(text: str) -> int:
    return len(text.split())


def own_run(text: str, least: int, most: int, count: int, chance: random.Random) -> str | None:
    """So many sentences in a row without any quotation, and with so many words; None where there are none."""
    sentences = sentences_of(text)[1:]  # the first one has a dateline, and is what all others write, too
    choices = [
        " ".join(run)
        for run in (sentences[start : start + count] for start in range(len(sentences) - count + 1))
        if least <= words_of(" ".join(run)) <= most and not any(_MARKS.search(sentence) for sentence in run)
    ]
    return chance.choice(choices) if choices else None


def word_run(text: str, size: int, chance: random.Random) -> str | None:
    """Exactly so many words in a row, within sentences without any quotation."""
    found = own_run(text, size, 10**6, 2, chance)
    if found is None:
        return None
    words = found.split()
    start = chance.randint(0, len(words) - size)
    return " ".join(words[start : start + size])


def host(texts: Iterator[str], words: int) -> list[str]:
    """Sentences of strange articles, one article after the other, up to so many words."""
    sentences: list[str] = []
    while words_of(" ".join(sentences)) < words:
        sentences += sentences_of(next(texts))
    while len(sentences) > 1 and words_of(" ".join(sentences[:-1])) >= words:
        sentences.pop()
    return sentences


def planted(sentences: Sequence[str], excerpt: str, chance: random.Random) -> str:
    """An article with the excerpt somewhere in the middle."""
    place = chance.randint(1, max(1, len(sentences) - 1))
    return " ".join([*sentences[:place], excerpt, *sentences[place:]])


def brief(text: str, least: int, most: int, start: int = 0) -> str | None:
    """Whole sentences from the beginning on, or from a later one, with so many words together."""
    chosen: list[str] = []
    for sentence in sentences_of(text)[start:]:
        if words_of(" ".join([*chosen, sentence])) > most:
            break
        chosen.append(sentence)
    return " ".join(chosen) if words_of(" ".join(chosen)) >= least else None


def alert(text: str) -> str | None:
    """The first sentence without its dateline, cut to what goes into an alert."""
    sentences = sentences_of(text)
    if not sentences:
        return None
    lead = re.sub(r"^[^a-z]{0,60}(?:\([^)]*\))?\s*[-–—]+\s*", "", sentences[0]).split()
    return "BREAKING: " + " ".join(lead[:14]).rstrip(".,;:") if len(lead) >= 6 else None
