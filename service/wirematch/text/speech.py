"""Which words are quoted speech: quotations, statements, letters and posts that a reporter passes on.

Two outlets that covered the same speech share long runs of it without having taken them from each other. Most quoted
words are in quotation marks. The rest are block quotations, recognised by grammatical person: outside quotation marks,
a news story hardly ever says 'I', 'we' or 'you'.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Flags, Hashes32
from wirematch.text.landmarks import Landmarks
from wirematch.text.quotations import double_quotations
from wirematch.text.words import hash_term

WordOffsets = NDArray[np.int32]

# British quotation marks: they open before a word and close after one; apostrophes inside words are skipped.
_SINGLE = re.compile(r"(?<![\w'’])['‘](?=[\w“\"])(?:[^'’‘\n]|(?<=\w)['’](?=\w)){8,400}?['’](?!\w)")
_POST = re.compile(r"@\w{2,}|#\w{3,}|\bpic\.twitter")
_POST_SIGNS = ("@", "#", "pic.twitter")
# How printed posts are signed: '— Name (@handle) March 3, 2026'.
_SIGNATURE = re.compile(
    r"[-–—]\s*[^\n@—–]{0,60}\(@\w{1,30}\)(?:,?\s+(?:[A-Z][a-z]+ \d{1,2}|\d{1,2} [A-Z][a-z]+),? \d{4})?"
)
_FIRST_AND_SECOND_PERSON = frozenset(
    """
    i i'm i've i'd i'll me my mine myself we we're we've we'd we'll our ours ourselves
    you you're you've you'll you'd your yours yourself
    """.split()
)
PERSON_HASHES = np.array(sorted(map(hash_term, _FIRST_AND_SECOND_PERSON)), np.uint32)
LONGEST_POST_WORDS = 60
LEAST_PARAGRAPH_WORDS, SHORT_PARAGRAPH_WORDS = 4, 30
MOST_SPOKEN = 0.6
"""If block quotations would make up more of a text than this, it is a column and the author is speaking."""


def find_speech(  # noqa: PLR0913 - words of a text, and where what stands
    submitted: str, words: Hashes32, starts: WordOffsets, breaks: WordOffsets, landmarks: Landmarks, *, english: bool
) -> Flags:
    """Flag the spoken ones of n words, which begin at ``starts``; ``breaks`` are where further paragraphs begin."""
    spoken = np.zeros(len(words), np.bool_)
    paragraphs = breaks.tolist()
    for quotation in (
        *double_quotations(submitted, landmarks.double_marks.tolist(), paragraphs),
        *single_quotations(submitted, landmarks.single_marks),
        *signed_posts(submitted, paragraphs),
    ):
        first, last = np.searchsorted(starts, quotation)
        spoken[first:last] = True
    if english:
        blocks = _block_quotations(submitted, words, starts, breaks, spoken)
        if blocks.sum() <= MOST_SPOKEN * len(words):
            spoken |= blocks
    return spoken


def single_quotations(submitted: str, marks: NDArray[np.signedinteger]) -> Iterator[tuple[int, int]]:
    """Yield single quotations, marks included; each begins at one of ``marks``, and none lies within another."""
    end = 0
    for mark in marks.tolist():
        if mark >= end and (quotation := _SINGLE.match(submitted, mark)):
            end = quotation.end()
            yield quotation.span()


def signed_posts(submitted: str, breaks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield signed posts: a signature and its paragraph before it, or the preceding paragraph if that is empty."""
    if "(@" not in submitted:
        return
    edges = [0, *breaks, len(submitted)]
    for signature in _SIGNATURE.finditer(submitted):
        number = bisect_right(breaks, signature.start())
        if not submitted[edges[number] : signature.start()].strip():
            number = max(0, number - 1)
        yield edges[number], signature.end()


def posts_in(submitted: str) -> list[int]:
    """Positions of signs of a post: a handle, a hashtag, the address of a picture."""
    if not any(sign in submitted for sign in _POST_SIGNS):
        return []
    return [post.start() for post in _POST.finditer(submitted)]


def _block_quotations(
    submitted: str, words: Hashes32, starts: WordOffsets, breaks: WordOffsets, spoken: Flags
) -> Flags:
    edges = [0, *breaks.tolist(), len(submitted)]
    places = np.searchsorted(starts, edges)
    nearest = np.minimum(np.searchsorted(PERSON_HASHES, words), len(PERSON_HASHES) - 1)
    persons = (PERSON_HASHES[nearest] == words) & ~spoken
    bounds = list(pairwise(places.tolist()))
    posts = np.array(posts_in(submitted), np.intp)
    posted = np.diff(np.searchsorted(posts, edges)).tolist()
    quoted = [
        _speaks(said, own, post > 0)
        for said, own, post in zip(_count(persons, places), _count(~spoken, places), posted, strict=True)
    ]
    for number in range(1, len(bounds)):
        announced = announces(submitted, edges[number - 1], edges[number])
        surrounded = number + 1 < len(bounds) and quoted[number - 1] and quoted[number + 1]
        quoted[number] = quoted[number] or announced or surrounded
    blocks = np.zeros(len(words), np.bool_)
    for (first, last), is_quoted in zip(bounds, quoted, strict=True):
        blocks[first:last] = is_quoted
    return blocks


def _count(flags: Flags, places: NDArray[np.intp]) -> list[int]:
    """Number of flags set between neighbouring places."""
    before = np.zeros(len(flags) + 1, np.intp)
    np.cumsum(flags, out=before[1:])
    counts: list[int] = np.diff(before[places]).tolist()
    return counts


def _speaks(persons: int, own: int, posted: bool) -> bool:
    """Whether a paragraph is block-quoted; ``persons`` of its ``own`` unquoted words are first or second person."""
    if persons >= 2 or (persons == 1 and LEAST_PARAGRAPH_WORDS <= own <= SHORT_PARAGRAPH_WORDS):
        return True
    return own <= LONGEST_POST_WORDS and posted


def announces(submitted: str, start: int, end: int) -> bool:
    """Whether a paragraph ends in a colon."""
    last = submitted.rfind(":", start, end)
    return last >= 0 and not submitted[last + 1 : end].strip()
