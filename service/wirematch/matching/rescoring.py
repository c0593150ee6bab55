"""Score pairs again with one text reread in the light of the other: its compounds split, or its damage mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from wirematch.matching.neighbours.event import Event
from wirematch.matching.pair_score import PairScore
from wirematch.matching.prepared_article import PreparedArticle
from wirematch.matching.profiles.screening import similarity
from wirematch.matching.rereading.compounds import DOUBTFUL, MOST_SPLIT, may_be_split, split_compounds
from wirematch.matching.rereading.mending import MOST_MENDED, is_damaged, may_be_mended, mend
from wirematch.matching.scoring import PairScorer
from wirematch.models import Article
from wirematch.text.languages.compounding import COMPOUNDING
from wirematch.text.prepared import PreparedText


class Rescorer:
    """Scores the few pairs again for which rereading may matter. An imprint has no letters and is never reread."""

    def __init__(self, scorer: PairScorer, prepare: Callable[[Article, PreparedText], PreparedArticle]) -> None:
        """``prepare`` makes an article of a text that was reread."""
        self._scorer = scorer
        self._prepare = prepare

    def with_compounds_split(
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
            if _is_imprinted(submission, story) or not may_be_split(submission.text, story.text):
                continue
            mine, theirs = self._split(submission, story), self._split(story, submission)
            if mine is submission and theirs is story:
                continue
            score = self._score_again(mine, theirs, story, stories)
            if score.probability > scores[place].probability:
                scores[place] = replace(score, submission=submission)
        return scores

    def with_damage_mended(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], event: Event
    ) -> list[PairScore]:
        """Score pairs of which a text is damaged: the most similar pairs are scored again with it mended."""
        scores = list(self._scorer.score(submission, stories, event))
        alike = similarity(submission.profile.outline, [story.profile.outline for story in stories])
        for place in np.argsort(-alike, kind="stable")[:MOST_MENDED].tolist():
            story = stories[place]
            if scores[place].probability == 1.0 or not may_be_mended(submission.profile, story.profile):
                continue
            if _is_imprinted(submission, story):
                continue
            mine, theirs = self._mended(submission, story)
            score = self._score_again(mine, theirs, story, stories)
            if score.probability >= scores[place].probability or score.derived:
                scores[place] = replace(score, submission=submission)
        return scores

    def _score_again(
        self, mine: PreparedArticle, theirs: PreparedArticle, story: PreparedArticle, stories: Sequence[PreparedArticle]
    ) -> PairScore:
        """Score a pair that was reread, ``theirs`` from ``story``, among the other stories."""
        event = Event(mine.profile, [one.profile for one in stories if one is not story])
        [score] = self._scorer.score(mine, [theirs], event)
        return score

    def _split(self, side: PreparedArticle, other: PreparedArticle) -> PreparedArticle:
        """Return ``side`` with its compounds split as ``other`` splits them; ``side`` itself if nothing changes."""
        text = split_compounds(side.text, side.article.body, other.text)
        return side if text is side.text else self._prepare(side.article, text)

    def _mended(self, submission: PreparedArticle, story: PreparedArticle) -> tuple[PreparedArticle, PreparedArticle]:
        """Mend one text of the pair by the other: the submission if it is damaged, else the story."""
        bodies = submission.article.body, story.article.body
        if is_damaged(submission.profile):
            return self._prepare(submission.article, mend(submission.text, bodies[0], story.text, bodies[1])), story
        return submission, self._prepare(story.article, mend(story.text, bodies[1], submission.text, bodies[0]))


def _is_imprinted(submission: PreparedArticle, story: PreparedArticle) -> bool:
    return submission.imprint_only or story.imprint_only
