"""An English text that is met for the first time, by the compiled kernels.

Regular expressions find furniture, single quotations, posts and sentences; whatever asks for words is a kernel's work.
"""

from __future__ import annotations

from array import array
from itertools import chain, pairwise

from wirematch.kernels import bones as compiled
from wirematch.kernels.bones import INT32, SpeechRules, TextFound
from wirematch.kernels.vocabulary import as_bytes
from wirematch.text.blocks import BlockText, if_english
from wirematch.text.english import ENGLISH_SHARE
from wirematch.text.furniture import Range
from wirematch.text.landmarks import Landmarks, paragraph_breaks
from wirematch.text.reader import current_vocabulary
from wirematch.text.sentence_cuts import english_cuts
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
    """A text as a person sees it, of which that is furniture; None where Python has to read it."""
    vocabulary = current_vocabulary()
    if vocabulary is None:
        return None
    landmarks = Landmarks.of_marks(submitted)
    breaks = paragraph_breaks(submitted, landmarks.line_ends).tolist()
    edges = [0, *breaks, len(submitted)]
    spans = [*single_quotations(submitted, landmarks.single_marks), *signed_posts(submitted, breaks)]
    found = TextFound(
        furniture=array(INT32, chain.from_iterable(furniture)),
        breaks=array(INT32, breaks),
        marks=array(INT32, landmarks.double_marks.tolist()),
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
    return BlockText.of(read[0], len(submitted), read[1])
