"""Compare one submission with one story and say what was found, with the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from wirematch.matching.boilerplate import without_common
from wirematch.matching.credit import AgencyNames, credits_source
from wirematch.matching.event import Event
from wirematch.matching.excerpts import LEAST_EXCERPT, lifted
from wirematch.matching.mending import MOST_MENDED, is_damaged, mend
from wirematch.matching.model import DecisionModel
from wirematch.matching.pair import Pair
from wirematch.matching.passages import MOST_PASSAGES, bounds_of, passage_of, quoted_share
from wirematch.matching.profile import Profile, profile
from wirematch.matching.rarity import Rarity
from wirematch.matching.reasons import EQUAL, EXCERPT, LITTLE_IN_COMMON, PART, reasons
from wirematch.matching.relations import DERIVATIONS, UNRELATED, relation_of
from wirematch.matching.screening import MEASURED_AT_LEAST, RELATED, WORTH_MEASURING, likeness
from wirematch.matching.topic import on_topic
from wirematch.models import Article, Bound, Coverage, Evidence, Match, Reason, Relation
from wirematch.stopping import stop_if_unwanted
from wirematch.text.prepare import PreparedText, prepare

PART_DECISION = 0.6
"""Probability from which on a part is called derived, where the whole is not: it must be surer than that ..."""
PART_COVERAGE = 0.5
"""... and so much of the shorter of the two must lie in passages."""
LEAST_WITH_PART = 0.02
"""Probability of the whole below which no part is looked for; 1 in 50 of those that are found lies lower."""
UNLIKELY = 0.1
"""The most that is said of a pair that was not worth measuring; less, the less the two have in common."""


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
    derived: bool
    """Whether the one is taken to derive from the other: by its probability, or for what was lifted."""
    related: bool
    """Whether they may tell of the same event."""
    pair: Pair
    """The two, without what everybody has, and what was found on the way."""
    submission: PreparedArticle
    """The first of the two."""
    whole: bool
    """Whether the probability says so; else an excerpt alone does."""
    excerpt: bool = False
    """Whether one text holds an excerpt of the other."""
    part: int | None = None
    """Words of the part that the probability speaks of; None where it speaks of the texts as a whole."""
    features: dict[str, float] | None = None
    """What the probability was made of; None where the texts are equal or have too little in common."""

    def seen_from(self, side: PreparedArticle) -> Pair:
        """The pair with this one of the two as the submission."""
        return self.pair if side is self.submission else self.pair.turned


@dataclass(frozen=True, slots=True)
class PairRelation:
    """What a submission owes to a story, in short."""

    relation: Relation
    coverage: float
    """Share of the submission's words that passages cover."""
    verbatim: float


class Comparer:
    """Turns two texts into evidence; holds the model, the word table and the names of agencies and nothing else."""

    def __init__(self, model: DecisionModel, rarity: Rarity, agencies: AgencyNames | None = None) -> None:
        self.agencies = agencies
        self.model = model
        self.rarity = rarity

    def side(self, article: Article, text: PreparedText | None = None) -> PreparedArticle:
        """Prepare an article once for all comparisons it will be in; ``text`` where its body is prepared already."""
        return PreparedArticle(
            article, profile(text or prepare(article.body, article.headline, article.body_format), self.rarity)
        )

    def compare_articles(
        self, submission: Article, story: Article, neighbours: Sequence[Article] = (), *, with_reasons: bool = False
    ) -> Match:
        """What one article owes to another, all seen for the first time; ``neighbours`` are of the same event."""
        mine = self.side(submission)
        event = self.event(mine, map(self.side, neighbours))
        return Match.of(story, self.compare(mine, self.side(story), event=event, with_reasons=with_reasons))

    def event(self, submission: PreparedArticle, neighbours: Iterable[PreparedArticle]) -> Event:
        """What stored articles, likest first, know of the submission's phrases; the two of a pair may be among them."""
        return Event(submission.profile, [side.profile for side in neighbours if side is not submission])

    def compare(
        self,
        submission: PreparedArticle,
        story: PreparedArticle,
        *,
        event: Event | None = None,
        explain_related: bool = True,
        with_reasons: bool = False,
    ) -> Evidence:
        """What ``submission`` owes to ``story``; without an event, as if nobody else had written of it."""
        event = event or Event(submission.profile)
        [score] = self.score_pairs(submission, [story], event=event)
        return self.explain(submission, story, score, explain_related=explain_related, with_reasons=with_reasons)

    def score_pairs(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], *, event: Event | None = None
    ) -> list[PairScore]:
        """How likely ``submission`` and each story derive one from the other, whichever from whichever.

        All are screened at once, and only those that are like enough, or the likest, are measured. Where no other
        event is given, the stories are each other's neighbours.
        """
        event = event or self.event(submission, stories)
        if is_damaged(submission.profile) or any(is_damaged(story.profile) for story in stories):
            return self._score_mended(submission, stories, event)
        return self._score_whole(submission, stories, event)

    def _score_mended(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], event: Event
    ) -> list[PairScore]:
        """The same where texts are damaged: the likest pairs are compared as the one text reads the other."""
        scores = self._score_whole(submission, stories, event)
        alike = likeness(submission.profile.outline, [story.profile.outline for story in stories])
        for place in np.argsort(-alike, kind="stable")[:MOST_MENDED].tolist():
            story = stories[place]
            if not (is_damaged(submission.profile) or is_damaged(story.profile)) or scores[place].probability == 1.0:
                continue
            mine, theirs = self._mended(submission, story)
            around = Event(mine.profile, [one.profile for one in stories if one is not story])
            [score] = self._score_whole(mine, [theirs], around)
            if score.probability >= scores[place].probability or score.derived:
                scores[place] = replace(score, submission=submission)
        return scores

    def _mended(self, submission: PreparedArticle, story: PreparedArticle) -> tuple[PreparedArticle, PreparedArticle]:
        """Both as they read beside each other; the submission is mended first, if it is damaged."""
        bodies = submission.article.body, story.article.body
        if is_damaged(submission.profile):
            return self.side(submission.article, mend(submission.text, bodies[0], story.text, bodies[1])), story
        return submission, self.side(story.article, mend(story.text, bodies[1], submission.text, bodies[0]))

    def _score_whole(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], event: Event
    ) -> list[PairScore]:
        """Of undamaged texts, or as if they were."""
        alike = likeness(submission.profile.outline, [story.profile.outline for story in stories])
        alike *= [len(submission.profile) * len(story.profile) > 0 for story in stories]
        likest = np.argsort(-alike, kind="stable")[:MEASURED_AT_LEAST]
        alike_enough = alike >= WORTH_MEASURING
        alike_enough[likest] = alike[likest] >= RELATED
        excerpts = lifted(submission.profile, [story.profile for story in stories], event)
        probabilities = np.minimum(1.0, alike / WORTH_MEASURING) * UNLIKELY
        return [
            self._measure(submission, story, event, excerpt=excerpts[number])
            if alike_enough[number] or excerpts[number]
            else PairScore(
                float(probabilities[number]),
                derived=False,
                related=bool(alike[number] >= RELATED),
                pair=Pair(submission.profile, story.profile),
                submission=submission,
                whole=False,
            )
            for number, story in enumerate(stories)
        ]

    def _measure(
        self, submission: PreparedArticle, story: PreparedArticle, event: Event, *, excerpt: bool
    ) -> PairScore:
        """Of one that is like enough, or that shares an excerpt."""
        stop_if_unwanted()
        if _equal(submission.profile, story.profile):
            pair = Pair(submission.profile, story.profile)
            return PairScore(1.0, derived=True, related=True, pair=pair, submission=submission, whole=True)
        pair, around = without_common(submission.profile, story.profile, event, self.rarity)
        features = pair.features(around)
        [probability] = self.model.probabilities([features]).tolist()
        whole = probability >= self.model.decision
        if excerpt and pair.story is not story.profile:
            [excerpt] = lifted(pair.submission, [pair.story], around)
        score = PairScore(
            probability,
            derived=whole or excerpt,
            related=True,
            pair=pair,
            submission=submission,
            whole=whole,
            excerpt=excerpt,
            features=features,
        )
        return score if whole or probability < LEAST_WITH_PART else self._with_part(score, around)

    def _with_part(self, score: PairScore, event: Event) -> PairScore:
        """The score of the part that tells what the other text tells, where that alone derives from it."""
        part = on_topic(score.pair, event, self.rarity)
        if part is None:
            return score
        features = part[0].features(part[1])
        [probability] = self.model.probabilities([features]).tolist()
        shorter = min(part[0], part[0].turned, key=lambda pair: len(pair.submission))
        if probability < max(PART_DECISION, self.model.decision) or shorter.coverage < PART_COVERAGE:
            return score
        return replace(score, probability=probability, derived=True, features=features, part=len(shorter.submission))

    def relate(self, submission: PreparedArticle, score: PairScore) -> PairRelation:
        """What ``submission`` owes to the other of the two; RELATED when it is not derived."""
        pair = score.seen_from(submission)
        coverage, verbatim = pair.coverage, pair.verbatim
        # A reader is shown what was taken; where there is nothing to show, nothing is claimed.
        derived = score.derived and coverage > 0
        relation = relation_of(derived=derived, whole=score.whole, coverage=coverage, verbatim=verbatim)
        return PairRelation(relation, coverage, verbatim)

    def derives(self, submission: PreparedArticle, story: PreparedArticle) -> bool:
        """Whether ``submission`` derives from ``story``, without the evidence, as if nobody else had written of it."""
        [score] = self.score_pairs(submission, [story], event=Event(submission.profile))
        return score.derived and score.pair.coverage > 0

    def explain(
        self,
        submission: PreparedArticle,
        story: PreparedArticle,
        score: PairScore,
        *,
        explain_related: bool = True,
        with_reasons: bool = False,
    ) -> Evidence:
        """The evidence that ``submission`` derives from ``story``, of which ``score`` tells, either way round.

        Passages are sought only where the two have something in common, and in a story that is merely related only
        with ``explain_related``: most candidates are, and few callers show them.
        """
        probability = round(score.probability, 4)
        told = self._reasons(score) if with_reasons else []
        if not score.related:
            return UNRELATED.model_copy(update={"probability": probability, "reasons": told})
        if not score.derived and not explain_related:
            return UNRELATED.model_copy(update={"relation": Relation.RELATED, "probability": probability})
        stop_if_unwanted()
        found = self.relate(submission, score)
        pair = score.seen_from(submission)
        passages, bounded = pair.alignment.passages, bounds_of(pair)
        if Bound.PASSAGES in bounded:
            longest = sorted(passages, key=len, reverse=True)[:MOST_PASSAGES]
            passages = sorted(longest, key=lambda passage: passage.start)
        return Evidence(
            relation=found.relation,
            derivation=DERIVATIONS[found.relation],
            probability=probability,
            coverage=Coverage(submission=round(found.coverage, 4), story=round(pair.turned.coverage, 4)),
            verbatim=round(found.verbatim, 4),
            credited=credits_source(submission.article, story.article, self.agencies),
            quoted=round(quoted_share(pair.alignment, pair.submission), 4),
            passages=[passage_of(passage, pair.submission, pair.story.text) for passage in passages],
            reasons=told,
            bounded=bounded,
        )

    def _reasons(self, score: PairScore) -> list[Reason]:
        """What decides by itself first, then what the model weighed."""
        if score.features is None:
            equal = score.probability >= 1
            return [Reason(weight=None, text=EQUAL if equal else LITTLE_IN_COMMON)]
        weighed = reasons(self.model.contributions(score.features), score.features)
        deciding = [EXCERPT.format(words=LEAST_EXCERPT)] if score.excerpt else []
        deciding += [PART.format(words=score.part)] if score.part else []
        return [*(Reason(weight=None, text=text) for text in deciding), *weighed]


def _equal(mine: Profile, theirs: Profile) -> bool:
    return np.array_equal(mine.text.words, theirs.text.words)
