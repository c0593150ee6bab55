"""Compare one submission with one story, or with many, and produce the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wirematch.matching.credit import AgencyNames
from wirematch.matching.evidence import PairRelation, evidence_of, relate
from wirematch.matching.excerpts import holds_excerpt
from wirematch.matching.model.derivation import DecisionModel
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pair_score import PairScore
from wirematch.matching.prepared_article import ArticleOnDemand, PreparedArticle
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.reasons import reasons_of
from wirematch.matching.rereading.mending import is_any_damaged
from wirematch.matching.rescoring import Rescorer
from wirematch.matching.scoring import PairScorer
from wirematch.matching.story_facts import match_of
from wirematch.models import Article, Evidence, Match
from wirematch.text.imprint import unpack_words
from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText

__all__ = ["Comparer", "PairRelation", "PairScore", "PreparedArticle"]


class Comparer:
    """Turns two texts into evidence. Holds the model, the word table and the names of agencies; no other state."""

    def __init__(self, model: DecisionModel, rarity: Rarity, agencies: AgencyNames | None = None) -> None:
        """Raises ValueError for a model with features that nothing here measures."""
        self.agencies = agencies
        self.model = model
        self.rarity = rarity
        self._scorer = PairScorer(model, rarity)
        self._rescorer = Rescorer(self._scorer, self.prepare)

    def prepare(self, article: Article, text: PreparedText | None = None) -> PreparedArticle:
        """Prepare an article once for all its comparisons; ``text`` is its body if that is prepared already."""
        if text is None and article.imprint is not None:
            text = unpack_words(article.imprint.words)
        return PreparedArticle(
            article, profile(text or prepare(article.body, article.headline, article.body_format), self.rarity)
        )

    def prepare_on_demand(self, known: ArticleOnDemand, text: PreparedText) -> PreparedArticle:
        """As ``prepare``, for a record of which only the text is decoded until more of it is needed."""
        return PreparedArticle(known, profile(text, self.rarity))

    def compare_articles(
        self, submission: Article, story: Article, neighbours: Sequence[Article] = (), *, with_reasons: bool = False
    ) -> Match:
        """Return what ``submission`` owes to ``story``, preparing all texts; ``neighbours`` are of the same event."""
        mine = self.prepare(submission)
        event = self.event(mine, map(self.prepare, neighbours))
        return match_of(story, self.compare(mine, self.prepare(story), event=event, with_reasons=with_reasons))

    def event(self, submission: PreparedArticle, neighbours: Iterable[PreparedArticle]) -> Event:
        """Count what stored articles, most similar first, share of the submission's phrases.

        Both texts of a pair that is compared later may be among ``neighbours``.
        """
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
        """Return what ``submission`` owes to ``story``; without ``event``, as if nobody else had reported it."""
        event = event or Event(submission.profile)
        [score] = self.score_pairs(submission, [story], event=event)
        return self.explain(submission, story, score, explain_related=explain_related, with_reasons=with_reasons)

    def score_pairs(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], *, event: Event | None = None
    ) -> Sequence[PairScore]:
        """Score ``submission`` against each story: the probability that one derives from the other, either way round.

        All pairs are screened together; only those that are similar enough, and the most similar ones, are measured.
        Without ``event``, the stories serve as each other's neighbours. Returns one score per story, in order.
        """
        if not stories:
            return []
        event = event or self.event(submission, stories)
        if is_any_damaged([one.profile for one in (submission, *stories)]):
            return self._rescorer.with_damage_mended(submission, stories, event)
        return self._rescorer.with_compounds_split(submission, stories, self._scorer.score(submission, stories, event))

    def score_pairs_alone(self, submission: PreparedArticle, stories: Sequence[PreparedArticle]) -> Sequence[PairScore]:
        """Score each story by itself, as if nobody else had reported it and no text were damaged."""
        if not stories:
            return []
        return self._scorer.score(submission, stories, Event(submission.profile), measured_at_least=len(stories))

    def relate(self, submission: PreparedArticle, score: PairScore, *, relate_related: bool = True) -> PairRelation:
        """See ``evidence.relate``."""
        return relate(submission, score, relate_related=relate_related)

    def derives(self, submission: PreparedArticle, story: PreparedArticle) -> bool:
        """Whether ``submission`` derives from ``story``, as if nobody else had reported it; makes no evidence."""
        [score] = self.score_pairs(submission, [story], event=Event(submission.profile))
        return score.derived and score.pair.coverage > 0

    def derive_from(self, story: PreparedArticle, submissions: Sequence[PreparedArticle]) -> list[bool]:
        """Return for each submission, in order, whether it derives from ``story``; scores them all in one batch."""
        if not submissions:
            return []
        if is_any_damaged([one.profile for one in (story, *submissions)]):
            return [self.derives(submission, story) for submission in submissions]
        scores = self._scorer.score(story, submissions, Event(story.profile), measured_at_least=len(submissions))
        scores = self._rescorer.with_compounds_split(story, submissions, scores)
        # Only excerpts depend on which of the two texts is the submission.
        return [
            (score.whole or score.part is not None or holds_excerpt(submission.profile, story.profile))
            and score.seen_from(submission).coverage > 0
            for submission, score in zip(submissions, scores, strict=True)
        ]

    def explain(
        self,
        submission: PreparedArticle,
        story: PreparedArticle,
        score: PairScore,
        *,
        explain_related: bool = True,
        with_reasons: bool = False,
    ) -> Evidence:
        """See ``evidence.evidence_of``; ``with_reasons`` adds what the model weighed."""
        reasons = reasons_of(score, self.model) if with_reasons else ()
        return evidence_of(submission, story, score, self.agencies, explain_related=explain_related, reasons=reasons)
