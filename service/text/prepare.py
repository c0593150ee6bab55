"""One pass from submitted text to what fingerprinting and matching work on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sentencex
import xxhash
from numpy.typing import NDArray

from service.text.english import ENGLISH_SHARE, FUNCTION_WORDS, stem
from service.text.furniture import Span, find_furniture
from service.text.normalize import NormalizedText, normalize
from service.text.words import split_words

# Raised whenever a change in this folder changes what is stored or compared; part of the index's fingerprint record.
CLEANING_VERSION = 1

_NEWLINES = re.compile(r"[ \t]*[\n\r\u2028\u2029]\s*")
_DOUBLE_QUOTES = re.compile('["“”„‟«»「」『』]')
_SENTENCE_END = frozenset(".!?。！？।؟…\"”’')")


@dataclass(frozen=True, slots=True, eq=False)
class PreparedText:
    """The scored words of a text, in order: ``n`` words in ``m`` sentences, furniture left out.

    Offsets are code points into the text as submitted.
    """

    length: int
    """Code points of the submitted text."""
    english: bool
    """Whether stems and function words are English ones; elsewhere every word counts as content, unstemmed."""
    terms: list[str]
    """n comparison forms (stems in English)."""
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.uint32]
    """n hashes of the folded words."""
    stems: NDArray[np.uint32]
    """n hashes of the terms."""
    content: NDArray[np.bool_]
    """n flags: not a function word."""
    unspaced: NDArray[np.bool_]
    """n flags: a character of a script written without spaces."""
    quoted: NDArray[np.bool_]
    """n flags: between double quotation marks."""
    sentences: NDArray[np.int32]
    """m + 1 word positions: where each sentence begins, then n."""

    def __len__(self) -> int:
        return len(self.terms)


@lru_cache(maxsize=262_144)
def hash_term(term: str) -> int:
    """32-bit xxHash of a word, as used throughout: two 400-word texts meet by chance once in 25,000 comparisons."""
    return xxhash.xxh32_intdigest(term.encode())


def prepare(submitted: str, headline: str | None = None) -> PreparedText:
    """Clean, segment and cut ``submitted`` into words; ``headline`` only helps to spot its repetition in the body."""
    folded = normalize(submitted)
    furniture = find_furniture(submitted, headline)
    words = split_words(folded.text)
    starts, ends = _offsets(words.spans, folded)
    kept = _outside(furniture, starts)
    forms = [words.forms[place] for place in kept.tolist()]
    english = _reads_as_english(forms)
    read = [(_read_english if english else _read_other)(form) for form in forms]
    terms, hashes, term_hashes, content = map(list, zip(*read, strict=True)) if read else ([], [], [], [])
    breaks = _paragraph_breaks(submitted)
    return PreparedText(
        length=len(submitted),
        english=english,
        terms=terms,
        starts=starts[kept],
        ends=ends[kept],
        words=np.array(hashes, np.uint32),
        stems=np.array(term_hashes, np.uint32),
        content=np.array(content, np.bool_),
        unspaced=np.zeros(len(kept), np.bool_) if words.unspaced is None else np.array(words.unspaced, np.bool_)[kept],
        quoted=_quoted(submitted, starts[kept], breaks),
        sentences=_sentence_starts(submitted, starts[kept], breaks, furniture),
    )


def _offsets(spans: list[Span], folded: NormalizedText) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Starts and ends in the submitted text."""
    if folded.starts is not None:
        spans = [folded.source_span(*span) for span in spans]
    pairs = np.array(spans, np.int32).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _outside(furniture: list[Span], starts: NDArray[np.int32]) -> NDArray[np.intp]:
    """Places of the words that do not begin within furniture."""
    edges = np.array(furniture, np.int32).reshape(-1)
    return np.flatnonzero(np.searchsorted(edges, starts, side="right") % 2 == 0)


def _reads_as_english(words: list[str]) -> bool:
    # Decided by the text alone: a wrong or missing language label must never hide a match.
    return sum(map(FUNCTION_WORDS.__contains__, words)) >= ENGLISH_SHARE * len(words) > 0


@lru_cache(maxsize=262_144)
def _read_english(word: str) -> tuple[str, int, int, bool]:
    """Term, hash of the word, hash of the term, whether it is a content word."""
    term = stem(word)
    return term, hash_term(word), hash_term(term), word not in FUNCTION_WORDS


@lru_cache(maxsize=262_144)
def _read_other(word: str) -> tuple[str, int, int, bool]:
    return word, hash_term(word), hash_term(word), True


def _paragraph_breaks(submitted: str) -> NDArray[np.int32]:
    """Where paragraphs begin, the first left out; a line end within hard-wrapped text is none."""
    breaks = []
    for match in _NEWLINES.finditer(submitted):
        start, end = match.span()
        wrapped = (
            match.group().count("\n") == 1
            and start > 0
            and submitted[start - 1] not in _SENTENCE_END
            and submitted[end : end + 1].islower()
        )
        if not wrapped:
            breaks.append(end)
    return np.array(breaks, np.int32)


def _quoted(submitted: str, starts: NDArray[np.int32], breaks: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which words stand between double quotation marks; a quotation never outlives its paragraph."""
    marks = np.array([match.start() for match in _DOUBLE_QUOTES.finditer(submitted)], np.int32)
    if not len(marks):
        return np.zeros(len(starts), np.bool_)
    first_mark_of_paragraph = np.searchsorted(marks, np.concatenate(([0], breaks)))
    marks_before = np.searchsorted(marks, starts, side="right")
    paragraph = np.searchsorted(breaks, starts, side="right")
    inside: NDArray[np.bool_] = (marks_before - first_mark_of_paragraph[paragraph]) % 2 == 1
    return inside


def _sentence_starts(
    submitted: str, starts: NDArray[np.int32], breaks: NDArray[np.int32], furniture: list[Span]
) -> NDArray[np.int32]:
    found = [boundary["start_index"] for boundary in sentencex.get_sentence_boundaries("en", submitted)]
    cuts = np.unique(np.concatenate((found, breaks, [end for _, end in furniture], [len(submitted)])))
    places = np.searchsorted(starts, cuts)
    first = [0] if len(starts) else []
    return np.unique(np.concatenate((first, places[places > 0], [len(starts)]))).astype(np.int32)
