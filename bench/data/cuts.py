"""Articles made from others: excerpts in an unrelated article, briefs and alerts cut from a story."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

import numpy as np

from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText

_SENTENCE_END = re.compile(r"(?<=[a-z0-9%)][.!?])\s+(?=[A-Z])")


def sentences_of(text: str) -> list[str]:
    """Split a text into sentences, roughly as a reader would."""
    return [part for line in text.splitlines() for part in _SENTENCE_END.split(line.strip()) if part]


def words_of(text: str) -> int:
    return len(text.split())


def own_run(text: str, least: int, most: int, count: int, chance: random.Random) -> str | None:
    """Return ``count`` consecutive sentences of the reporter's own with ``least`` to ``most`` words, or None."""
    read = prepare(text)
    own = np.concatenate(([0], np.cumsum(read.spoken)))
    choices = [
        (first, last)
        for first, last in zip(read.sentences[1:-count], read.sentences[1 + count :], strict=True)
        if least <= last - first <= most and own[first] == own[last] and read.parts[first] == read.parts[last - 1]
    ]
    return _between(text, read, *chance.choice(choices)) if choices else None


def word_run(text: str, size: int, chance: random.Random) -> str | None:
    """Return exactly ``size`` consecutive words of the reporter's own; None if there are none."""
    read = prepare(text)
    own = np.concatenate(([0], np.cumsum(read.spoken)))
    starts = np.arange(max(0, len(read) - size))
    ends = starts + size
    starts = (
        starts[(own[ends] == own[starts]) & (read.parts[ends - 1] == read.parts[starts])] if len(starts) else starts
    )
    if not len(starts):
        return None
    start = chance.choice(starts.tolist())
    return _between(text, read, start, start + size)


def is_own(text: str, excerpt: str) -> bool:
    """Whether the excerpt is read as the own words of the text's author."""
    read = prepare(text)
    start = text.index(excerpt)
    inside = (read.starts >= start) & (read.starts < start + len(excerpt))
    return not read.spoken[inside].any() and len(set(read.parts[inside].tolist())) == 1


def _between(text: str, read: PreparedText, first: int, last: int) -> str:
    """Return the words ``[first, last)`` verbatim, with a full stop."""
    start, end = int(read.starts[first]), int(read.ends[last - 1])
    return text[start:end] + "."


def host(texts: Iterator[str], words: int) -> list[str]:
    """Return sentences of unrelated articles, one after the other, up to ``words`` words."""
    sentences: list[str] = []
    while words_of(" ".join(sentences)) < words:
        sentences += sentences_of(next(texts))
    while len(sentences) > 1 and words_of(" ".join(sentences[:-1])) >= words:
        sentences.pop()
    return sentences


def planted(sentences: Sequence[str], excerpt: str, chance: random.Random) -> str:
    """Return an article with the excerpt somewhere in the middle."""
    place = chance.randint(1, max(1, len(sentences) - 1))
    paragraphs = [sentences[:place][start : start + 3] for start in range(0, place, 3)]
    paragraphs += [[excerpt], *(sentences[place:][start : start + 3] for start in range(0, len(sentences) - place, 3))]
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


def brief(text: str, least: int, most: int, start: int = 0) -> str | None:
    """Return whole sentences, from number ``start`` on, with ``least`` to ``most`` words; None if impossible."""
    chosen: list[str] = []
    for sentence in sentences_of(text)[start:]:
        if words_of(" ".join([*chosen, sentence])) > most:
            break
        chosen.append(sentence)
    return " ".join(chosen) if words_of(" ".join(chosen)) >= least else None


def alert(text: str) -> str | None:
    """Return the first sentence without its dateline, cut to the length of an alert."""
    sentences = sentences_of(text)
    if not sentences:
        return None
    lead = re.sub(r"^[^a-z]{0,60}(?:\([^)]*\))?\s*[-–—]+\s*", "", sentences[0]).split()
    return "BREAKING: " + " ".join(lead[:14]).rstrip(".,;:") if len(lead) >= 6 else None
