"""Prepare a submitted text for matching: clean it, cut it into words and sentences, keep offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.text.vocabulary import Named
from wirematch.text.compiled_preparation import prepare_compiled
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.furniture.finding import Range, find_furniture
from wirematch.text.kernel_vocabulary import current_vocabulary
from wirematch.text.landmarks import Landmarks, paragraph_breaks
from wirematch.text.languages.language import Language
from wirematch.text.languages.recognition import ENGLISH, recognize
from wirematch.text.languages.spelling import plain
from wirematch.text.markup import PlainText, read_markup
from wirematch.text.normalize import NormalizedText, normalize
from wirematch.text.prepared import PreparedText
from wirematch.text.sentence_cuts import sentence_starts
from wirematch.text.speech import find_speech
from wirematch.text.unmasking.unmask import Unmasked, unmask
from wirematch.text.word_cache import by_word
from wirematch.text.words import hash_term, split_words


def prepare(submitted: str, headline: str | None = None, body_format: str | None = None) -> PreparedText:
    """Clean and segment ``submitted``; ``headline`` only helps to find its repetition in the body.

    ``body_format`` is a ``BodyFormat``. Markup is left out; offsets are into ``submitted``, markup included.
    """
    seen = as_seen(submitted, body_format)
    return seen.placed(prepare_plain(seen.text, headline))


@dataclass(frozen=True, slots=True, eq=False)
class SeenText:
    """A submitted text as a reader sees it: without markup, and unmasked."""

    submitted: str
    plain: PlainText
    unmasked: Unmasked

    @property
    def text(self) -> str:
        """What the reader sees."""
        return self.unmasked.text

    def placed(self, prepared: PreparedText) -> PreparedText:
        """Return ``prepared``, which was made of ``text``, with offsets into ``submitted``."""
        plain, unmasked = self.plain, self.unmasked
        if unmasked.starts is None and plain.starts is None and not unmasked.guessed:
            return prepared
        starts, ends = unmasked.origins(prepared.starts, prepared.ends)
        if plain.starts is not None and plain.ends is not None:
            starts, ends = plain.starts[starts], plain.ends[ends - 1]
        return replace(prepared, length=len(self.submitted), starts=starts, ends=ends, disguised=unmasked.guessed)


def as_seen(submitted: str, body_format: str | None, *, undisguised: bool = False) -> SeenText:
    """Strip markup (``body_format`` as in ``prepare``) and unmask, unless ``undisguised`` says there is no need."""
    plain = read_markup(submitted, body_format)
    return SeenText(submitted, plain, Unmasked(plain.text) if undisguised else unmask(plain.text))


def prepare_plain(submitted: str, headline: str | None) -> PreparedText:
    """``prepare`` for a text as a reader sees it."""
    furniture = find_furniture(submitted, headline)
    found = prepare_compiled(submitted, furniture)
    return prepare_in_python(submitted, furniture) if found is None else found


def prepare_in_python(submitted: str, furniture: list[Range]) -> PreparedText:
    """Reference implementation of the kernel; also prepares what the kernel cannot."""
    landmarks = Landmarks.of(submitted)
    words = _read_compiled(submitted, furniture) or read_words(normalize(submitted), furniture)
    breaks = paragraph_breaks(submitted, landmarks.line_ends)
    starts = words.starts
    ends_of_furniture = np.array([end for _, end in furniture], np.int32)
    return PreparedText(
        length=len(submitted),
        language=words.language.code if words.language else None,
        terms=words.terms,
        starts=starts,
        ends=words.ends,
        words=words.words,
        stems=words.stems,
        content=words.content,
        unspaced=words.unspaced,
        spoken=find_speech(submitted, words.words, starts, breaks, landmarks, english=words.language is ENGLISH),
        capitals=landmarks.capitals(submitted, starts),
        numbers=words.digits,
        parts=np.searchsorted(ends_of_furniture, starts, side="right").astype(np.int32),
        sentences=_sentence_starts(submitted, starts, breaks, furniture, landmarks),
    )


@dataclass(frozen=True, slots=True, eq=False)
class WordsOutside:
    """The words of a text outside of furniture; see ``PreparedText``."""

    language: Language | None
    terms: Sequence[str]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.uint32]
    stems: NDArray[np.uint32]
    content: NDArray[np.bool_]
    digits: NDArray[np.bool_]
    unspaced: NDArray[np.bool_]


def _read_compiled(submitted: str, furniture: list[Range]) -> WordsOutside | None:
    """Read words by the kernel, which does its own folding; None where Python has to read the text."""
    vocabulary = current_vocabulary()
    read = vocabulary.read(submitted) if vocabulary else None
    if vocabulary is None or read is None:
        return None
    kept = _outside(read.starts, furniture)
    numbers, starts, ends = read.numbers[kept], read.starts[kept], read.ends[kept]
    words, stems, content, digits = vocabulary.describe(numbers)
    # The test for English that ``recognize`` applies, too, before that for any other language.
    if not len(content) or len(content) - int(np.count_nonzero(content)) < ENGLISH_SHARE * len(content):
        return _read_forms(list(Named(vocabulary.forms, numbers)), starts, ends)
    return WordsOutside(
        ENGLISH,
        terms=Named(vocabulary.terms, numbers),
        starts=starts,
        ends=ends,
        words=words,
        stems=stems,
        content=content,
        digits=digits,
        unspaced=np.zeros(len(numbers), np.bool_),
    )


def read_words(folded: NormalizedText, furniture: list[Range], most: int | None = None) -> WordsOutside:
    """Return the words that do not begin within furniture; at most the first ``most``."""
    words = split_words(folded.text)
    starts, ends, kept = _place(words.edges, folded, furniture, most)
    unspaced = None if words.unspaced is None else np.array(words.unspaced, np.bool_)[kept]
    return _read_forms([words.forms[place] for place in kept.tolist()], starts, ends, unspaced)


def _read_forms(
    forms: list[str], starts: NDArray[np.int32], ends: NDArray[np.int32], unspaced: NDArray[np.bool_] | None = None
) -> WordsOutside:
    language = recognize(forms)
    read = _reader(language)(forms)
    terms, hashes, term_hashes, content = map(list, zip(*read, strict=True)) if read else ([], [], [], [])
    return WordsOutside(
        language,
        terms,
        starts,
        ends,
        words=np.array(hashes, np.uint32),
        stems=np.array(term_hashes, np.uint32),
        content=np.array(content, np.bool_),
        digits=np.array([form[0].isdigit() for form in forms], np.bool_),
        unspaced=np.zeros(len(forms), np.bool_) if unspaced is None else unspaced,
    )


def _place(
    edges: NDArray[np.int32], folded: NormalizedText, furniture: list[Range], most: int | None
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.intp]]:
    """Return starts and ends in the submitted text of the words outside furniture, and their indices in ``edges``."""
    starts, ends = edges[:, 0], edges[:, 1]
    if folded.starts is not None and folded.ends is not None:
        starts, ends = np.array(folded.starts, np.int32)[starts], np.array(folded.ends, np.int32)[ends - 1]
    kept = _outside(starts, furniture)[:most]
    return starts[kept], ends[kept], kept


def _outside(starts: NDArray[np.int32], furniture: list[Range]) -> NDArray[np.intp]:
    within = np.array(furniture, np.int32).reshape(-1)
    return np.flatnonzero(np.searchsorted(within, starts, side="right") % 2 == 0)


@cache
def _reader(language: Language | None) -> Callable[[Sequence[str]], list[tuple[str, int, int, bool]]]:
    """Return a function that gives each word's term, its hash, the hash of its term, and whether it is a content word.

    Each language has its own cache, so that the key is the word alone.
    """

    def read(word: str) -> tuple[str, int, int, bool]:
        if language is None:
            spelled = plain(word)
            return spelled, hash_term(spelled), hash_term(spelled), True
        spelled = language.spell(word)
        term, content = language.read(spelled)
        return term, hash_term(spelled), hash_term(term), content

    return by_word(read)


def _sentence_starts(
    submitted: str, starts: NDArray[np.int32], breaks: NDArray[np.int32], furniture: list[Range], landmarks: Landmarks
) -> NDArray[np.int32]:
    found = sentence_starts(submitted, long_rows=landmarks.long_rows)
    cuts = sorted({*found, *breaks.tolist(), *(end for _, end in furniture), len(submitted)})
    places = np.searchsorted(starts, cuts).tolist()
    return np.array(sorted({*places, *([0] if len(starts) else []), len(starts)}), np.int32)
