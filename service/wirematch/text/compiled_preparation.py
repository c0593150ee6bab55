"""Prepare an English text by the compiled kernels, without a skeleton.

Regular expressions find furniture, single quotations, posts and sentences; everything about words is done by kernels.
"""

from __future__ import annotations

from array import array
from itertools import chain, pairwise

from wirematch.kernels.text import skeleton_making as compiled
from wirematch.kernels.text.skeleton import TextBlock, prepare_read
from wirematch.kernels.text.skeleton_making import INT32, SpeechRules, TextFound
from wirematch.kernels.text.vocabulary import ScratchWords, Vocabulary, as_bytes
from wirematch.text.blocks import BlockText, if_english
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.furniture.finding import Range
from wirematch.text.kernel_vocabulary import current_vocabulary
from wirematch.text.landmarks import Landmarks, paragraph_breaks
from wirematch.text.quotations import double_quotations
from wirematch.text.sentence_cuts import english_cuts, is_followed
from wirematch.text.speech import (
    LEAST_PARAGRAPH_WORDS,
    LONGEST_POST_WORDS,
    MOST_SPOKEN,
    PERSON_HASHES,
    SHORT_PARAGRAPH_WORDS,
    announces,
    posts_in,
    signed_posts,
    single_quotations,
)

_RULES = SpeechRules(PERSON_HASHES, MOST_SPOKEN, LONGEST_POST_WORDS, SHORT_PARAGRAPH_WORDS, LEAST_PARAGRAPH_WORDS)


def prepare_compiled(submitted: str, furniture: list[Range]) -> BlockText | None:
    """Prepare an unmasked text with this furniture; None where Python has to do it."""
    vocabulary = current_vocabulary()
    return None if vocabulary is None else prepare_words(submitted, furniture, vocabulary.words_of(submitted))


def prepare_words(submitted: str, furniture: list[Range], words: ScratchWords | None) -> BlockText | None:
    """As ``prepare_compiled``, for a text whose words were just read; ``words`` is None if they cannot be."""
    if words is None:
        return None
    skeleton = skeleton_of_words(furniture, words)
    block = None if skeleton is None else prepare_read(words, skeleton, ENGLISH_SHARE)
    if skeleton is not None and block is not None:
        return BlockText.of(block, len(submitted), skeleton)
    found = _prepare_found(words.vocabulary, submitted, array(INT32, chain.from_iterable(furniture)))
    return None if found is None else BlockText.of(found[0], len(submitted), found[1])


def skeleton_of_words(furniture: list[Range], words: ScratchWords | None) -> bytes | None:
    """The skeleton alone; None where it takes more than a single kernel call."""
    if words is None or not is_followed():
        return None
    return compiled.skeleton_from_text(words, array(INT32, chain.from_iterable(furniture)), _RULES, ENGLISH_SHARE)


def _prepare_found(vocabulary: Vocabulary, submitted: str, furniture: array[int]) -> tuple[TextBlock, bytes] | None:
    """Prepare where Python has to find the structure, or to decide whether a text is English."""
    landmarks = Landmarks.of_marks(submitted)
    breaks = paragraph_breaks(submitted, landmarks.line_ends).tolist()
    edges = [0, *breaks, len(submitted)]
    spans = [
        *double_quotations(submitted, landmarks.double_marks.tolist(), breaks),
        *single_quotations(submitted, landmarks.single_marks),
        *signed_posts(submitted, breaks),
    ]
    found = TextFound(
        furniture=furniture,
        breaks=array(INT32, breaks),
        posts=array(INT32, posts_in(submitted)),
        announces=bytes(announces(submitted, start, end) for start, end in pairwise(edges)),
        quotations=array(INT32, chain.from_iterable(spans)),
        cuts=english_cuts(submitted, as_bytes(submitted), long_rows=landmarks.long_rows),
    )
    read = compiled.prepare_first(vocabulary, submitted, found, _RULES, ENGLISH_SHARE)
    if read is None:
        read = compiled.prepare_first(vocabulary, submitted, found, _RULES, 0.0)
        if read is None or if_english(read[0]) is None:
            return None
    return read
