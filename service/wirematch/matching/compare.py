"""Compare one submission with one story, or with many, and produce the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from wirematch.matching.credit import AgencyNames
from wirematch.matching.evidence import PairRelation, evidence_of, relate
from wirematch.matching.excerpts import holds_excerpt
from wirematch.matching.model.derivation import DecisionModel
from wirematch.matching.neighbours.event import Event
from wirematch.matching.pair_score import PairScore
from wirematch.matching.prepared_article import ArticleOnDemand, PreparedArticle
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.profiles.screening import similarity
from wirematch.matching.reasons import reasons_of
from wirematch.matching.rereading.compounds import DOUBTFUL, MOST_SPLIT, may_be_split, split_compounds
from wirematch.matching.rereading.mending import MOST_MENDED, is_any_damaged, is_damaged, may_be_mended, mend
from wirematch.matching.scoring import PairScorer
from wirematch.matching.story_facts import match_of
from wirematch.models import Article, Evidence, Match
from wirematch.text.imprint import unpack_words
from wirematch.text.languages.compounding import COMPOUNDING
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
            return self._score_mended(submission, stories, event)
        return self._with_compounds(submission, stories, self._scorer.score(submission, stories, event))

    def _with_compounds(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], scores: Sequence[PairScore]
    ) -> Sequence[PairScore]:
        """Rescore the closest doubtful pairs in which one text splits what the other writes as one compound word.

        Returns all scores, in order, with the better ones in place.
        """
        language = submission.text.language
        if language not in COMPOUNDING or all(story.text.language != language for story in stories):
            return scores
        scores = list(scores)
        least, most = DOUBTFUL
        measured = (place for place, score in enumerate(scores) if score.features is not None)
        doubtful = [place for place in measured if least <= scores[place].probability < most]
        doubtful.sort(key=lambda place: -scores[place].probability)
        for place in doubtful[:MOST_SPLIT]:
            story = stories[place]
            if submission.imprint_only or story.imprint_only or not may_be_split(submission.text, story.text):
                continue  # an imprint has no letters to split
            mine, theirs = self._with_compounds_split(submission, story), self._with_compounds_split(story, submission)
            if mine is submission and theirs is story:
                continue
            around = Event(mine.profile, [one.profile for one in stories if one is not story])
            [score] = self._scorer.score(mine, [theirs], around)
            if score.probability > scores[place].probability:
                scores[place] = replace(score, submission=submission)
        return scores

    def _with_compounds_split(self, side: PreparedArticle, other: PreparedArticle) -> PreparedArticle:
        """Return ``side`` with its compounds split as ``other`` splits them; ``side`` itself if nothing changes."""
        text = split_compounds(side.text, side.article.body, other.text)
        return side if text is side.text else self.prepare(side.article, text)

    def score_pairs_alone(self, submission: PreparedArticle, stories: Sequence[PreparedArticle]) -> Sequence[PairScore]:
        """Score each story by itself, as if nobody else had reported it and no text were damaged."""
        if not stories:
            return []
        return self._scorer.score(submission, stories, Event(submission.profile), measured_at_least=len(stories))

    def _score_mended(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], event: Event
    ) -> list[PairScore]:
        """Score pairs of which a text is damaged: the most similar pairs are scored again with it mended."""
        scores = list(self._scorer.score(submission, stories, event))
        alike = similarity(submission.profile.outline, [story.profile.outline for story in stories])
        for place in np.argsort(-alike, kind="stable")[:MOST_MENDED].tolist():
            story = stories[place]
            if scores[place].probability == 1.0 or not may_be_mended(submission.profile, story.profile):
                continue
            if submission.imprint_only or story.imprint_only:  # mending reads letters
                continue
            mine, theirs = self._mended(submission, story)
            around = Event(mine.profile, [one.profile for one in stories if one is not story])
            [score] = self._scorer.score(mine, [theirs], around)
            if score.probability >= scores[place].probability or score.derived:
                scores[place] = replace(score, submission=submission)
        return scores

    def _mended(self, submission: PreparedArticle, story: PreparedArticle) -> tuple[PreparedArticle, PreparedArticle]:
        """Mend one text of the pair by the other: the submission if it is damaged, else the story."""
        bodies = submission.article.body, story.article.body
        if is_damaged(submission.profile):
            return self.prepare(submission.article, mend(submission.text, bodies[0], story.text, bodies[1])), story
        return submission, self.prepare(story.article, mend(story.text, bodies[1], submission.text, bodies[0]))

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
        scores = self._with_compounds(story, submissions, scores)
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
        told = reasons_of(score, self.model) if with_reasons else ()
        return evidence_of(submission, story, score, self.agencies, explain_related=explain_related, told=told)
