"""Whether anybody could decide what a submission derives from: not if it is too short or in an unknown language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from wirematch.matching.compare import PreparedArticle
from wirematch.matching.scoring import BRIEF
from wirematch.matching.story_ranking import RankedStory
from wirematch.models import Decision

LEAST_WORDS = 20
"""Words below which nothing but a copy can be told from chance."""
SHORT_TEXTS = ((35, 0.95), (BRIEF, 0.85))
"""Pairs (words, probability): a text with fewer words is called a rewrite only from that probability on. Of independent
briefs of 20 to 34 words on one event, three in ten exceed the usual threshold and one in 25 exceeds this one."""
MOST_SHARED_WITH_OTHERS = 0.3
"""For such texts, the largest share of the phrases in common with the closest story that other reports may hold, too.
A quarter of independent briefs that pass SHORT_TEXTS lies above it, and one in fifty rewrites."""
TAKEN_WORDS = 20
"""Words taken verbatim from which on a brief is decided whatever its probability."""


@dataclass(frozen=True, slots=True)
class BestMatch:
    """What tells whether the decision that follows from the best match can be trusted."""

    probability: float
    verbatim: float
    """Share of the submission's words that are taken verbatim."""
    shared_with_others: float = 0.0
    """See ``PairScore``."""

    @classmethod
    def of(cls, found: RankedStory) -> Self:
        """Return what matters of the story that ranks first."""
        return cls(found.probability, found.finding.verbatim, found.shared_with_others)


def why_undecided(
    submission: PreparedArticle, decision: Decision = Decision.NEW, best: BestMatch | None = None
) -> str | None:
    """Return why nobody could decide whether the submission derives from anything; None when it can be decided.

    ``best`` is the match that ``decision`` follows from.
    """
    words = len(submission.text)
    if words < LEAST_WORDS:
        counted = "1 word" if words == 1 else f"{words} words"
        return f"The text has {counted}; with fewer than {LEAST_WORDS}, only a copy can be distinguished from chance."
    if submission.text.language is None and not submission.text.unspaced.any():
        return (
            "The text has too few common words of the known languages: it may be a list or a table, or in "
            "another language. Only a copy can be distinguished from chance."
        )
    if best is None or decision not in (Decision.REWRITE, Decision.PARTIAL):
        return None
    return _why_undecided_brief(words, best)


def _why_undecided_brief(words: int, best: BestMatch) -> str | None:
    """Return why a short text is left to a reader; None when it is not."""
    least = next((bar for most, bar in SHORT_TEXTS if words < most), 0.0)
    if not least or round(best.verbatim * words) >= TAKEN_WORDS:  # a share of them, which may have been rounded
        return None
    if best.shared_with_others > MOST_SHARED_WITH_OTHERS:
        share = f"{best.shared_with_others:.0%}"
        return (
            f"The text has {words} words, and other stored reports hold {share} of the phrases that it shares with the "
            "closest story."
        )
    if best.probability >= least:
        return None
    return (
        f"The text has {words} words, few of them as they stand in the closest story; another reporter's brief on the "
        f"event may have as much in common. It would be decided from a probability of {least:.2f} on."
    )
