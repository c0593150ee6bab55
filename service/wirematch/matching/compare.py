"""Compare one submission with one story and say what was found, with the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.matching.alignment import AlignedPassage, Alignment
from wirematch.matching.credit import AgencyNames, credits_source
from wirematch.matching.model import DerivationModel
from wirematch.matching.pair import Pair
from wirematch.matching.profile import Profile, profile
from wirematch.matching.rarity import Rarity
from wirematch.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, likeness
from wirematch.models import Article, Coverage, Derivation, Evidence, Match, Passage, PassageKind, Relation, Span
from wirematch.text.prepare import PreparedText, prepare

WHOLLY = 0.75
"""Coverage of the submission from which on a derived text is called wholly derived."""
NEARLY_VERBATIM = 0.8
"""Share of words taken word for word from which on a wholly derived text is called a copy."""
UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""
QUOTED = 0.8
"""Share of a passage's words between quotation marks from which on it is called a quotation."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedArticle:
    """An article ready to be compared."""

    article: Article
    profile: Profile

    @property
    def text(self) -> PreparedText:
        return self.profile.text


@dataclass(frozen=True, slots=True, eq=False)
class PairScore:
    """What the numbers alone say of two texts."""

    probability: float
    """That one derives from the other."""
    related: bool
    """Whether they may tell of the same event."""
    pair: Pair
    """The two, with what was found on the way."""


@dataclass(frozen=True, slots=True)
class PairRelation:
    """What a submission owes to a story, in short."""

    relation: Relation
    coverage: float
    """Share of the submission's words that passages cover."""
    verbatim: float


class Comparer:
    """Turns two texts into evidence; holds the model, the word table and the names of agencies and nothing else."""

    def __init__(self, model: DerivationModel, rarity: Rarity, agencies: AgencyNames | None = None) -> None:
        self.agencies = agencies
        self.model = model
        self.rarity = rarity

    def side(self, article: Article, text: PreparedText | None = None) -> PreparedArticle:
        """Prepare an article once for all comparisons it will be in; ``text`` where its body is prepared already."""
        return PreparedArticle(
            article, profile(text or prepare(article.body, article.headline, article.body_format), self.rarity)
        )

    def compare_articles(self, submission: Article, story: Article) -> Match:
        """What one article owes to another, both seen for the first time."""
        return Match.of(story, self.compare(self.side(submission), self.side(story)))

    def compare(self, submission: PreparedArticle, story: PreparedArticle, *, explain_related: bool = True) -> Evidence:
        """What ``submission`` owes to ``story``."""
        return self.explain(
            submission, story, self.score_pairs(submission, [story])[0], explain_related=explain_related
        )

    def score_pairs(self, submission: PreparedArticle, stories: Sequence[PreparedArticle]) -> list[PairScore]:
        """How likely ``submission`` and each story derive one from the other, whichever from whichever.

        All are screened at once, and only those that are like enough, or the likest, are measured.
        """
        alike = likeness(submission.profile.outline, [story.profile.outline for story in stories])
        alike *= [len(submission.profile) * len(story.profile) > 0 for story in stories]
        likest = np.argsort(-alike, kind="stable")[:MEASURED_AT_LEAST]
        alike_enough = alike >= WORTH_MEASURING
        alike_enough[likest] = alike[likest] >= RELATED
        pairs = [Pair(submission.profile, story.profile) for story in stories]
        equal = [_equal(submission.profile, story.profile) for story in stories]
        measured = [number for number in np.flatnonzero(alike_enough).tolist() if not equal[number]]
        chances = self.model.probabilities([pairs[number].features() for number in measured])
        probabilities = np.where(alike_enough, 1.0, np.minimum(1.0, alike / WORTH_MEASURING) * UNLIKELY)
        probabilities[measured] = chances
        related = alike_enough | (alike >= RELATED)
        return list(map(PairScore, probabilities.tolist(), related.tolist(), pairs))

    def relate(self, submission: PreparedArticle, score: PairScore) -> PairRelation:
        """What ``submission`` owes to the other of the two; RELATED when it is not derived."""
        pair = score.pair.seen_from(submission.profile)
        coverage, verbatim = pair.coverage, pair.verbatim
        # A reader is shown what was taken; where there is nothing to show, nothing is claimed.
        derived = score.probability >= self.model.decision and coverage > 0
        return PairRelation(_relation(derived=derived, coverage=coverage, verbatim=verbatim), coverage, verbatim)

    def derives(self, submission: PreparedArticle, story: PreparedArticle) -> bool:
        """Whether ``submission`` derives from ``story``, without the evidence."""
        [score] = self.score_pairs(submission, [story])
        return score.probability >= self.model.decision and score.pair.coverage > 0

    def explain(
        self, submission: PreparedArticle, story: PreparedArticle, score: PairScore, *, explain_related: bool = True
    ) -> Evidence:
        """The evidence that ``submission`` derives from ``story``, of which ``score`` tells, either way round.

        Passages are sought only where the two have something in common, and in a story that is merely related only
        with ``explain_related``: most candidates are, and few callers show them.
        """
        probability = round(score.probability, 4)
        if not score.related:
            return UNRELATED.model_copy(update={"probability": probability})
        if score.probability < self.model.decision and not explain_related:
            return UNRELATED.model_copy(update={"relation": Relation.RELATED, "probability": probability})
        found = self.relate(submission, score)
        pair = score.pair.seen_from(submission.profile)
        return Evidence(
            relation=found.relation,
            derivation=DERIVATIONS[found.relation],
            probability=probability,
            coverage=Coverage(submission=round(found.coverage, 4), story=round(pair.turned.coverage, 4)),
            verbatim=round(found.verbatim, 4),
            credited=credits_source(submission.article, story.article, self.agencies),
            quoted=round(_quoted(pair.alignment, submission.profile), 4),
            passages=[_passage(passage, submission.profile, story.text) for passage in pair.alignment.passages],
        )


def _equal(mine: Profile, theirs: Profile) -> bool:
    return np.array_equal(mine.text.words, theirs.text.words)


def _quoted(alignment: Alignment, submission: Profile) -> float:
    covered = sum(map(len, alignment.passages))
    spoken = sum(_spoken(passage, submission) for passage in alignment.passages)
    return spoken / covered if covered else 0.0


def _spoken(passage: AlignedPassage, submission: Profile) -> int:
    """How many of the passage's words somebody is quoted with."""
    own = submission.own_before
    return len(passage) - int(own[passage.end] - own[passage.start])


def _relation(*, derived: bool, coverage: float, verbatim: float) -> Relation:
    if not derived:
        return Relation.RELATED
    if coverage < WHOLLY:
        return Relation.PARTIAL
    return Relation.COPY if verbatim >= NEARLY_VERBATIM else Relation.REWRITE


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


def _passage(found: AlignedPassage, submission: Profile, story: PreparedText) -> Passage:
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
