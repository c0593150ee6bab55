"""Aligned words as the passages that a report shows: offsets into what was submitted, and of which kind each is."""

from __future__ import annotations

from wirematch.matching.alignment import AlignedPassage, Alignment
from wirematch.matching.pair import Pair
from wirematch.matching.profile import MOST_IN_ORDER, Profile
from wirematch.models import Bound, Passage, PassageKind, Span
from wirematch.text.prepare import PreparedText

QUOTED = 0.8
"""Share of a passage's words between quotation marks from which on it is called a quotation."""
MOST_PASSAGES = 1_000
"""Passages that are listed of a match, the longest ones."""


def bounds_of(pair: Pair) -> list[Bound]:
    """What of a comparison of the two is left out."""
    bounded = []
    if max(len(pair.submission), len(pair.story)) > MOST_IN_ORDER:
        bounded.append(Bound.ORDER)
    if len(pair.alignment.passages) > MOST_PASSAGES:
        bounded.append(Bound.PASSAGES)
    return bounded


def quoted_share(alignment: Alignment, submission: Profile) -> float:
    """Share of the words in passages that somebody is quoted with."""
    covered = sum(map(len, alignment.passages))
    spoken = sum(_spoken(passage, submission) for passage in alignment.passages)
    return spoken / covered if covered else 0.0


def _spoken(passage: AlignedPassage, submission: Profile) -> int:
    """How many of the passage's words somebody is quoted with."""
    own = submission.own_before
    return len(passage) - int(own[passage.end] - own[passage.start])


def passage_of(found: AlignedPassage, submission: Profile, story: PreparedText) -> Passage:
    """One passage, with the two texts that it was found in."""
    quoted = _spoken(found, submission) / len(found) >= QUOTED
    kind = PassageKind.VERBATIM if found.verbatim else PassageKind.REWORDED
    return Passage(
        submission=_span(submission.text, found.start, found.end),
        story=_span(story, found.story_start, found.story_end),
        kind=PassageKind.QUOTE if quoted else kind,
        similarity=round(found.similarity, 4),
    )


def _span(text: PreparedText, start: int, end: int) -> Span:
    return Span(start=int(text.starts[start]), end=int(text.ends[end - 1]))
