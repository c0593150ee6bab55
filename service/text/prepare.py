"""One pass from submitted text to what fingerprinting and matching work on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import regex
import sentencex
import xxhash
from numpy.typing import NDArray

from service.text.english import ENGLISH_SHARE, FUNCTION_WORDS, stem
from service.text.furniture import find_furniture
from service.text.normalize import NormalizedText, normalize
from service.text.words import WORD, fold_word

# Raised whenever a change in this folder changes what is stored or compared; part of the index's fingerprint record.
CLEANING_VERSION = 1

_NEWLINES = regex.compile(r"[ \t]*[\n\r\u2028\u2029]\s*")
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
    """32-bit xxHash of a word, as used throughout: 400-word texts meet a false match once in 50,000 comparisons."""
    return xxhash.xxh32_intdigest(term.encode())


def prepare(submitted: str, headline: str | None = None) -> PreparedText:
    """Clean, segment and cut ``submitted`` into words; ``headline`` only helps to spot its repetition in the body."""
    folded = normalize(submitted)
    furniture = find_furniture(submitted, headline)
    words, unspaced, spans = _scored_words(folded, furniture)
    english = _reads_as_english(words)
    terms = [stem(word) for word in words] if english else words
    starts = np.fromiter((span[0] for span in spans), np.int32, len(spans))
    return PreparedText(
        length=len(submitted),
        english=english,
        terms=terms,
        starts=starts,
        ends=np.fromiter((span[1] for span in spans), np.int32, len(spans)),
        words=_hashes(words),
        stems=_hashes(terms) if english else _hashes(words),
        content=np.fromiter((not english or w not in FUNCTION_WORDS for w in words), np.bool_, len(words)),
        unspaced=np.array(unspaced, np.bool_),
        quoted=_quoted(submitted, starts),
        sentences=_sentence_starts(submitted, starts, furniture),
    )


def _scored_words(
    folded: NormalizedText, furniture: list[tuple[int, int]]
) -> tuple[list[str], list[bool], list[tuple[int, int]]]:
    words: list[str] = []
    unspaced: list[bool] = []
    spans: list[tuple[int, int]] = []
    dropped_starts = [start for start, _ in furniture]
    for match in WORD.finditer(folded.text):
        span = folded.source_span(match.start(), match.end())
        before = bisect_right(dropped_starts, span[0]) - 1
        if before >= 0 and span[0] < furniture[before][1]:
            continue
        words.append(fold_word(match))
        unspaced.append(match.lastgroup == "unspaced")
        spans.append(span)
    return words, unspaced, spans


def _reads_as_english(words: list[str]) -> bool:
    # Decided by the text alone: a wrong or missing language label must never hide a match.
    return sum(word in FUNCTION_WORDS for word in words) >= ENGLISH_SHARE * len(words) > 0


def _hashes(terms: list[str]) -> NDArray[np.uint32]:
    return np.fromiter(map(hash_term, terms), np.uint32, len(terms))


def _breaks(submitted: str) -> Iterator[int]:
    """Ends of lines that end a paragraph, not those of hard-wrapped text."""
    for match in _NEWLINES.finditer(submitted):
        start, end = match.span()
        wrapped = (
            match.group().count("\n") == 1
            and start > 0
            and submitted[start - 1] not in _SENTENCE_END
            and submitted[end : end + 1].islower()
        )
        if not wrapped:
            yield end


def _quoted(submitted: str, starts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which words stand between double quotation marks; a quotation never outlives its paragraph."""
    marks = np.fromiter((m.start() for m in regex.finditer(r'["“”„‟«»「」『』]', submitted)), np.int32)
    if not len(marks):
        return np.zeros(len(starts), np.bool_)
    breaks = np.fromiter(_breaks(submitted), np.int32)
    first_mark_of_paragraph = np.searchsorted(marks, np.concatenate(([0], breaks)))
    marks_before = np.searchsorted(marks, starts, side="right")
    paragraph = np.searchsorted(breaks, starts, side="right")
    inside: NDArray[np.bool_] = (marks_before - first_mark_of_paragraph[paragraph]) % 2 == 1
    return inside


def _sentence_starts(submitted: str, starts: NDArray[np.int32], furniture: list[tuple[int, int]]) -> NDArray[np.int32]:
    cuts = {boundary["start_index"] for boundary in sentencex.get_sentence_boundaries("en", submitted)}
    cuts.update(_breaks(submitted))
    cuts.update(end for _, end in furniture)
    cuts.discard(0)
    positions = np.searchsorted(starts, sorted(cuts))
    inner = positions[(positions > 0) & (positions < len(starts))]
    first = [0] if len(starts) else []
    return np.unique(np.concatenate((first, inner, [len(starts)]))).astype(np.int32)
