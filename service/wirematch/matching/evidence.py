"""From a pair's score to its evidence: the relation of the texts and the passages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wirematch.cancellation import safepoint
from wirematch.matching.credit import AgencyNames, credits_source
from wirematch.matching.excerpts import longest_excerpt
from wirematch.matching.pair_score import PairScore
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.pairs.passages import Alignment
from wirematch.matching.pairs.replaced_facts import tells_otherwise
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.profiles.text_profile import MOST_IN_ORDER, Profile
from wirematch.matching.runs import SEED_WORDS
from wirematch.models import (
    USUAL_KIND,
    Bound,
    Coverage,
    Derivation,
    Evidence,
    Passage,
    PassageKind,
    Reason,
    Relation,
    Span,
)

WHOLLY = 0.75
"""Coverage of the submission from which on a derived text is called wholly derived."""
NEARLY_VERBATIM = 0.8
"""Share of words taken verbatim from which on a wholly derived text is a copy, unless it tells something else."""
OTHERWISE = "The words are nearly the same, but other figures or names stand among them, so this is no copy."
QUOTED = 0.8
"""Share of a passage's words that are speech from which on it is called a quotation, if both texts have it alike ..."""
QUOTED_ALIKE = 0.85
"""... by at least this similarity. Below, one of the two tells in other words what was said, or something else."""
MOST_PASSAGES = 1_000
"""Passages listed for a match; the longest are kept."""

DERIVATIONS = {
    Relation.COPY: Derivation.WHOLLY,
    Relation.REWRITE: Derivation.WHOLLY,
    Relation.PARTIAL: Derivation.PARTIALLY,
    Relation.RELATED: Derivation.NOT,
    Relation.UNRELATED: Derivation.NOT,
}

UNRELATED = Evidence(
    relation=Relation.UNRELATED,
    derivation=DERIVATIONS[Relation.UNRELATED],
    probability=0.0,
    coverage=Coverage(submission=0.0, story=0.0),
    verbatim=0.0,
    credited=False,
    quoted=0.0,
    passages=[],
)


@dataclass(frozen=True, slots=True)
class PairRelation:
    """What a submission owes to a story, without the evidence."""

    relation: Relation
    coverage: float
    """Share of the submission's words that passages cover."""
    verbatim: float


def published_after(story: PreparedArticle, submission: PreparedArticle) -> bool:
    """Whether ``story`` cannot be the source of ``submission``."""
    mine = submission.published_at
    if mine is None:  # then the story's time, which has to be decoded, says nothing
        return False
    theirs = story.published_at
    return theirs is not None and theirs > mine


def may_be_copied_later(submission: PreparedArticle, story: PreparedArticle) -> bool:
    """Whether a copy published later may be the original of two articles because it was stored first.

    Feeds give one text different times, and whoever has it needs no second one. Only an agency's story precedes an
    article that copies it, whenever it is stored.
    """
    return (submission.article.kind or USUAL_KIND) is (story.article.kind or USUAL_KIND)


def relate(submission: PreparedArticle, score: PairScore, *, relate_related: bool = True) -> PairRelation:
    """Return what ``submission`` owes to the other text of the pair; RELATED if it is not derived.

    Pairs with nothing in common are not aligned, and merely related ones only with ``relate_related``: most candidates
    are of that kind, and few callers show them.
    """
    if not score.related:
        return PairRelation(Relation.UNRELATED, 0.0, 0.0)
    if not score.derived and not relate_related:
        return PairRelation(Relation.RELATED, 0.0, 0.0)
    pair = score.seen_from(submission)
    coverage, verbatim = pair.coverage, pair.verbatim
    # A claim needs a passage to show; without one, the pair is not called derived.
    derived = score.derived and coverage > 0
    relation = _relation(derived, score.whole, coverage, verbatim)
    if relation is Relation.COPY and tells_otherwise(pair.submission, pair.story):
        relation = Relation.REWRITE
    return PairRelation(relation, coverage, verbatim)


def _relation(derived: bool, whole: bool, coverage: float, verbatim: float) -> Relation:
    if not derived:
        return Relation.RELATED
    if coverage < WHOLLY or not whole:  # an excerpt or part is partial, however short the text around it
        return Relation.PARTIAL
    return Relation.COPY if verbatim >= NEARLY_VERBATIM else Relation.REWRITE


def evidence_of(  # noqa: PLR0913 - all that evidence is made of
    submission: PreparedArticle,
    story: PreparedArticle,
    score: PairScore,
    agencies: AgencyNames | None,
    *,
    explain_related: bool,
    reasons: Sequence[Reason] = (),
) -> Evidence:
    """Return the evidence that ``submission`` derives from ``story``; ``score`` is theirs, either way round.

    Passages of merely related texts are shown only with ``explain_related``. ``reasons`` are included.
    """
    probability = round(score.probability, 4)
    if not score.related or not (score.derived or explain_related):
        relation = Relation.RELATED if score.related else Relation.UNRELATED
        return UNRELATED.model_copy(update={"relation": relation, "probability": probability, "reasons": list(reasons)})
    safepoint()
    found = relate(submission, score)
    pair = score.seen_from(submission)
    bounded = _bounds_of(pair)
    spoken = _spoken(pair.alignment, pair.submission)
    return Evidence(
        relation=found.relation,
        derivation=DERIVATIONS[found.relation],
        probability=probability,
        coverage=Coverage(submission=round(found.coverage, 4), story=round(pair.turned.coverage, 4)),
        verbatim=round(found.verbatim, 4),
        credited=credits_source(submission.article, story.article, agencies),
        quoted=round(int(spoken.sum()) / max(1, pair.how_much.covered), 4),
        passages=_passages(pair, spoken, _longest(pair.alignment) if Bound.PASSAGES in bounded else slice(None)),
        bounded=bounded,
        excerpt=_deciding_excerpt(score),
        reasons=[*_first_reasons(found), *reasons] if reasons else [],
    )


def _first_reasons(found: PairRelation) -> list[Reason]:
    if found.relation is Relation.REWRITE and found.verbatim >= NEARLY_VERBATIM:
        return [Reason(weight=None, text=OTHERWISE)]
    return []


def _deciding_excerpt(score: PairScore) -> int | None:
    """Length of the excerpt that decides; None if the probability decides, or if the story has it in pieces only."""
    if score.whole or score.part is not None or not score.excerpt:
        return None
    pair = score.pair
    return longest_excerpt(pair.submission, pair.story, pair.alignment.runs) or None


def _bounds_of(pair: Pair) -> list[Bound]:
    bounded = []
    if max(len(pair.submission), len(pair.story)) > MOST_IN_ORDER:
        bounded.append(Bound.ORDER)
    if len(pair.alignment.records) > MOST_PASSAGES:
        bounded.append(Bound.PASSAGES)
    return bounded


def _longest(alignment: Alignment) -> NDArray[np.intp]:
    """Indices of the longest passages, ascending; of equally long ones, the first."""
    lengths = alignment.records["end"] - alignment.records["start"]
    return np.sort(np.argsort(-lengths, kind="stable")[:MOST_PASSAGES])


def _spoken(alignment: Alignment, submission: Profile) -> NDArray[np.intp]:
    """Words of each passage that are quoted speech."""
    own, starts, ends = submission.own_before, alignment.records["start"], alignment.records["end"]
    spoken: NDArray[np.intp] = ends - starts - (own[ends] - own[starts])
    return spoken


def _passages(pair: Pair, spoken: NDArray[np.intp], shown: NDArray[np.intp] | slice) -> list[Passage]:
    records = pair.alignment.records
    starts, ends = pair.submission.text.starts[records["start"]], pair.submission.text.ends[records["end"] - 1]
    story_starts = pair.story.text.starts[records["story_start"]]
    story_ends = pair.story.text.ends[records["story_end"] - 1]
    quoted = spoken / (records["end"] - records["start"]) >= QUOTED
    equal = _equal_sentences(pair)
    verbatim, similarities = records["verbatim"] | equal, np.where(equal, 1.0, pair.alignment.similarities)
    quoted &= (verbatim != 0) | (similarities >= QUOTED_ALIKE)
    columns = (starts, ends, story_starts, story_ends, quoted, verbatim, similarities)
    rows = zip(*(column[shown].tolist() for column in columns), strict=True)
    return [
        Passage(
            submission=Span(start=start, end=end),
            story=Span(start=story_start, end=story_end),
            kind=_kind(quoted, verbatim),
            similarity=round(similarity, 4),
        )
        for start, end, story_start, story_end, quoted, verbatim, similarity in rows
    ]


def _equal_sentences(pair: Pair) -> NDArray[np.bool_]:
    """Flag passages below the length of a run whose words are equal all the same: headings, short sentences."""
    records = pair.alignment.records
    lengths = records["end"] - records["start"]
    as_long = lengths == records["story_end"] - records["story_start"]
    equal: NDArray[np.bool_] = (records["verbatim"] == 0) & (lengths < SEED_WORDS) & as_long
    mine, theirs = pair.submission.text.words, pair.story.text.words
    for place in np.flatnonzero(equal).tolist():
        passage = records[place]
        start, story_start, length = int(passage["start"]), int(passage["story_start"]), int(lengths[place])
        equal[place] = np.array_equal(mine[start : start + length], theirs[story_start : story_start + length])
    return equal


def _kind(quoted: bool, verbatim: int) -> PassageKind:
    if quoted:
        return PassageKind.QUOTE
    return PassageKind.VERBATIM if verbatim else PassageKind.REWORDED
