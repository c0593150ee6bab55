"""One pass from submitted text to what fingerprinting and matching work on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import sentencex
import xxhash
from numpy.typing import NDArray

from service.text.furniture import Span, find_furniture
from service.text.languages.language import Language
from service.text.languages.recognition import ENGLISH, recognize
from service.text.normalize import NormalizedText, normalize
from service.text.speech import find_speech
from service.text.words import split_words

# Tried at the first of several blanks only: from each of them, a long run would take its square in time.
_MARKS = re.compile("['’‘\"“”`]{4,}")
_NEWLINES = re.compile(r"(?<![ \t])[ \t]*[\n\r\u2028\u2029]\s*")
_SENTENCE_END = frozenset(".!?。！？।؟…\"”’')")


@dataclass(frozen=True, slots=True, eq=False)
class PreparedText:
    """The scored words of a text, in order: ``n`` words in ``m`` sentences, furniture left out.

    Offsets are code points into the text as submitted.
    """

    length: int
    """Code points of the submitted text."""
    language: str | None
    """ISO 639-1 code of the language whose function words and stems are used; with None every word counts as content,
    unstemmed."""
    terms: list[str]
    """n comparison forms (stems, where the language is known)."""
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.uint32]
    """n hashes of the folded words, in the one spelling of their language."""
    stems: NDArray[np.uint32]
    """n hashes of the terms."""
    content: NDArray[np.bool_]
    """n flags: not a function word."""
    unspaced: NDArray[np.bool_]
    """n flags: a character of a script written without spaces."""
    spoken: NDArray[np.bool_]
    """n flags: somebody's own words, in quotation marks or in a block."""
    capitals: NDArray[np.bool_]
    """n flags: begins with a capital letter."""
    numbers: NDArray[np.bool_]
    """n flags: begins with a digit."""
    parts: NDArray[np.int32]
    """n numbers that grow wherever furniture was left out between two words."""
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
    language = recognize(forms)
    read = list(map(_reader(language), forms))
    terms, hashes, term_hashes, content = map(list, zip(*read, strict=True)) if read else ([], [], [], [])
    breaks = _paragraph_breaks(submitted)
    return PreparedText(
        length=len(submitted),
        language=language.code if language else None,
        terms=terms,
        starts=starts[kept],
        ends=ends[kept],
        words=np.array(hashes, np.uint32),
        stems=np.array(term_hashes, np.uint32),
        content=np.array(content, np.bool_),
        unspaced=np.zeros(len(kept), np.bool_) if words.unspaced is None else np.array(words.unspaced, np.bool_)[kept],
        spoken=find_speech(submitted, forms, starts[kept], breaks, english=language is ENGLISH),
        capitals=np.array([submitted[start].isupper() for start in starts[kept].tolist()], np.bool_),
        numbers=np.array([form[0].isdigit() for form in forms], np.bool_),
        parts=np.searchsorted(np.array([end for _, end in furniture]), starts[kept], side="right").astype(np.int32),
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


@cache
def _reader(language: Language | None) -> Callable[[str], tuple[str, int, int, bool]]:
    """Gives of a word its term, its hash, the hash of its term, whether it is a content word.

    Each language has a cache of its own, so that a word is looked up by itself alone.
    """

    @lru_cache(maxsize=262_144 if language is ENGLISH else 65_536)
    def read(word: str) -> tuple[str, int, int, bool]:
        if language is None:
            return word, hash_term(word), hash_term(word), True
        spelled = language.spell(word)
        term, content = language.read(spelled)
        return term, hash_term(spelled), hash_term(term), content

    return read


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


def _sentence_starts(
    submitted: str, starts: NDArray[np.int32], breaks: NDArray[np.int32], furniture: list[Span]
) -> NDArray[np.int32]:
    # Long rows of quotation marks say nothing of sentences and take sentencex quadratic time.
    plain = _MARKS.sub(lambda row: " " * len(row.group()), submitted)
    found = [boundary["start_index"] for boundary in sentencex.get_sentence_boundaries("en", plain)]
    cuts = np.unique(np.concatenate((found, breaks, [end for _, end in furniture], [len(submitted)])))
    places = np.searchsorted(starts, cuts)
    first = [0] if len(starts) else []
    return np.unique(np.concatenate((first, places[places > 0], [len(starts)]))).astype(np.int32)
