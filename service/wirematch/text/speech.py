"""Which words are somebody's own: quotations, statements, letters and posts that a reporter passes on.

Two outlets that were at the same speech share long runs of it, and neither took them from the other. Quotation marks
tell of most such words. The rest are block quotations, told by who speaks in them: outside of quotation marks a news
story hardly ever says 'I', 'we' or 'you'.
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
from wirematch.text.lexicon import hash_term

WordOffsets = NDArray[np.int32]

# British quotation marks: opened before a word and closed after one, with apostrophes inside words passed over.
_SINGLE = re.compile(r"(?<![\w'’])['‘](?=[\w“\"])(?:[^'’‘\n]|(?<=\w)['’](?=\w)){8,400}?['’](?!\w)")
_POST = re.compile(r"@\w{2,}|#\w{3,}|\bpic\.twitter")
_POST_SIGNS = ("@", "#", "pic.twitter")
# How a post is signed when it is printed: '— Name (@handle) March 3, 2026'.
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
"""When more of a text than this would be block quotations, it is a column, and its author speaks."""


def find_speech(  # noqa: PLR0913 - words of a text, and where what stands
    submitted: str, words: Hashes32, starts: WordOffsets, breaks: WordOffsets, landmarks: Landmarks, *, english: bool
) -> Flags:
    """N flags for n words' hashes; they begin at ``starts``, and further paragraphs at the offsets ``breaks``."""
    spoken = _between_double_marks(landmarks.double_marks, starts, breaks)
    for quotation in single_quotations(submitted, landmarks.single_marks):
        first, last = np.searchsorted(starts, quotation)
        spoken[first:last] = True
    for post in signed_posts(submitted, breaks.tolist()):
        first, last = np.searchsorted(starts, post)
        spoken[first:last] = True
    if english:
        blocks = _block_quotations(submitted, words, starts, breaks, spoken)
        if blocks.sum() <= MOST_SPOKEN * len(words):
            spoken |= blocks
    return spoken


def _between_double_marks(marks: NDArray[np.intp], starts: WordOffsets, breaks: WordOffsets) -> Flags:
    """Marks are counted within a paragraph: a quotation opens anew in each, closed or not in the one before."""
    if not len(marks):
        return np.zeros(len(starts), np.bool_)
    first_mark_of_paragraph = np.searchsorted(marks, np.concatenate(([0], breaks)))
    marks_before = np.searchsorted(marks, starts, side="right")
    paragraph = np.searchsorted(breaks, starts, side="right")
    inside: Flags = (marks_before - first_mark_of_paragraph[paragraph]) % 2 == 1
    return inside


def single_quotations(submitted: str, marks: NDArray[np.signedinteger]) -> Iterator[tuple[int, int]]:
    """Where they stand, marks included; all must begin at one of ``marks``, and none within another."""
    end = 0
    for mark in marks.tolist():
        if mark >= end and (quotation := _SINGLE.match(submitted, mark)):
            end = quotation.end()
            yield quotation.span()


def signed_posts(submitted: str, breaks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """A signature and what stands before it in its paragraph; where nothing does, the paragraph before."""
    if "(@" not in submitted:
        return
    edges = [0, *breaks, len(submitted)]
    for signature in _SIGNATURE.finditer(submitted):
        number = bisect_right(breaks, signature.start())
        if not submitted[edges[number] : signature.start()].strip():
            number = max(0, number - 1)
        yield edges[number], signature.end()


def posts_in(submitted: str) -> list[int]:
    """Where something stands that tells a post: a handle, a tag, the address of a picture."""
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
    """How many flags are set between each two neighbouring places."""
    before = np.zeros(len(flags) + 1, np.intp)
    np.cumsum(flags, out=before[1:])
    counts: list[int] = np.diff(before[places]).tolist()
    return counts


def _speaks(persons: int, own: int, posted: bool) -> bool:
    """Whether a paragraph is somebody's words: of its own words outside of quotation marks so many are persons."""
    if persons >= 2 or (persons == 1 and LEAST_PARAGRAPH_WORDS <= own <= SHORT_PARAGRAPH_WORDS):
        return True
    return own <= LONGEST_POST_WORDS and posted


def announces(submitted: str, start: int, end: int) -> bool:
    """Whether a paragraph ends in a colon."""
    last = submitted.rfind(":", start, end)
    return last >= 0 and not submitted[last + 1 : end].strip()
