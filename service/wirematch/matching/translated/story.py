"""A story and a submission of which one derives from the other, compared in translation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wirematch.matching.compare import Comparer, PairRelation, PreparedArticle
from wirematch.matching.credit import AgencyNames, credits_source
from wirematch.matching.evidence import DERIVATIONS, MOST_PASSAGES, WHOLLY, published_after
from wirematch.matching.story_facts import match_of, story_facts
from wirematch.matching.story_ranking import sort_key_of
from wirematch.matching.translated.pairs import LEAST_ALIKE, SentencePairs, TranslatedScore, score_translated
from wirematch.matching.translated.sentence_map import SentenceMap
from wirematch.models import (
    Bound,
    Coverage,
    Evidence,
    Match,
    Passage,
    PassageKind,
    Reason,
    Relation,
    Span,
    Translated,
    Version,
)


@dataclass(frozen=True, slots=True, eq=False)
class PivotSide:
    """An article in the pivot language, which may be its own language."""

    prepared: PreparedArticle
    """The submitted article, with the profile of its text in the pivot."""
    language: str
    """ISO 639-1 code of the article's own language."""
    sentences: SentenceMap | None = None
    """Maps sentences back to the article; None if the article is in the pivot."""
    by: str | None = None
    """The translator: engine, and in brackets the steps of its route."""

    def span(self, number: int) -> tuple[int, int]:
        """Range of the article, in code points, that corresponds to sentence ``number``."""
        text, edges = self.prepared.text, self.prepared.profile.sentences
        start, end = int(text.starts[edges[number]]), int(text.ends[edges[number + 1] - 1])
        return (start, end) if self.sentences is None else self.sentences.original(start, end)


@dataclass(frozen=True, slots=True, eq=False)
class CrossLingualStories:
    """A submission, and the stories that can be compared with it only in translation."""

    pivot: str
    """ISO 639-1 code of the language in which they are compared."""
    submission: PivotSide
    stories: Sequence[PivotSide]


@dataclass(frozen=True, slots=True, eq=False)
class TranslatedStory:
    """A story with its relation to the submission, either way round."""

    cross_lingual: CrossLingualStories
    side: PivotSide
    score: TranslatedScore
    later: bool
    """Whether the story was published after the submission, and so is the one that may owe."""

    @property
    def story(self) -> PreparedArticle:
        """The stored article of the two."""
        return self.side.prepared

    @property
    def derived_side(self) -> PreparedArticle:
        """The article that may derive from the other."""
        return (self.side if self.later else self.cross_lingual.submission).prepared

    @property
    def finding(self) -> PairRelation:
        """The relation, without evidence; a translation is never called a copy, however close it is."""
        coverage = self._pairs.coverage
        relation = Relation.RELATED
        if self.score.derived and coverage > 0:
            relation = Relation.REWRITE if coverage >= WHOLLY else Relation.PARTIAL
        return PairRelation(relation, coverage, 0.0)

    @property
    def shared_with_others(self) -> float:
        """Always 0: two languages have no phrases in common that other reports could hold."""
        return 0.0

    @property
    def coverage_of_other(self) -> float:
        """Share of the words, in the article that is owed to, that pairs cover."""
        return self._pairs.turned().coverage

    @property
    def probability(self) -> float:
        """The probability rounded as it is shown."""
        return round(self.score.probability, 4)

    @property
    def sort_key(self) -> tuple[float, ...]:
        """See ``sort_key_of``."""
        found = self.finding
        return sort_key_of(
            found.relation, found.coverage, found.verbatim, self.coverage_of_other, self.score.probability
        )

    @property
    def cheap_sort_key(self) -> tuple[float, ...]:
        """See RankedStory."""
        return self.sort_key[:2]

    @property
    def version(self) -> Version:
        """The story as it is listed among the versions of another one."""
        facts = story_facts(self.story.article)
        return Version(**facts, relation=self.finding.relation, probability=self.probability, coverage=self._coverage)

    def match(self, comparer: Comparer, versions: Sequence[Version] = (), *, with_reasons: bool) -> Match:
        """The match with all its evidence."""
        evidence = self.evidence(comparer.agencies, with_reasons=with_reasons)
        match = match_of(self.story.article, evidence).model_copy(update={"translated": self._translated})
        return match.model_copy(update={"versions": list(versions)}) if versions else match

    def evidence(self, agencies: AgencyNames | None, *, with_reasons: bool) -> Evidence:
        """The evidence; passages are whole sentences, with offsets into both articles as submitted."""
        found = self.finding
        passages = sorted(self._passages(), key=lambda one: one.submission.start)
        longest = sorted(passages, key=lambda one: one.submission.start - one.submission.end)[:MOST_PASSAGES]
        shown = passages if len(longest) == len(passages) else sorted(longest, key=lambda one: one.submission.start)
        derived_side, source_side = self._sides
        return Evidence(
            relation=found.relation,
            derivation=DERIVATIONS[found.relation],
            probability=self.probability,
            coverage=self._coverage,
            verbatim=0.0,
            credited=credits_source(derived_side.prepared.article, source_side.prepared.article, agencies),
            quoted=round(self._quoted(), 4),
            passages=shown,
            bounded=[] if shown is passages else [Bound.PASSAGES],
            reasons=[self._reason()] if with_reasons else [],
        )

    @property
    def _sides(self) -> tuple[PivotSide, PivotSide]:
        mine, theirs = self.cross_lingual.submission, self.side
        return (theirs, mine) if self.later else (mine, theirs)

    @property
    def _pairs(self) -> SentencePairs:
        return self.score.pairs.turned() if self.later else self.score.pairs

    @property
    def _coverage(self) -> Coverage:
        return Coverage(submission=round(self.finding.coverage, 4), story=round(self.coverage_of_other, 4))

    @property
    def _translated(self) -> Translated:
        mine, theirs = self.cross_lingual.submission, self.side
        if mine.by is None:
            return Translated(from_=theirs.language, to=self.cross_lingual.pivot, by=theirs.by or "")
        story = (
            None if theirs.by is None else Translated(from_=theirs.language, to=self.cross_lingual.pivot, by=theirs.by)
        )
        return Translated(from_=mine.language, to=self.cross_lingual.pivot, by=mine.by, story=story)

    def _passages(self) -> Iterator[Passage]:
        most_similar, (derived_side, source_side) = self._pairs.mine, self._sides
        if most_similar is None:
            return
        told: dict[tuple[int, int], Passage] = {}
        for number in np.flatnonzero(most_similar.alike >= LEAST_ALIKE).tolist():
            start, end = derived_side.span(number)
            theirs = source_side.span(int(most_similar.places[number]))
            similarity = round(min(1.0, float(most_similar.alike[number])), 4)
            before = told.get((start, end))
            if end > start and theirs[1] > theirs[0] and (before is None or before.similarity < similarity):
                told[start, end] = Passage(
                    submission=Span(start=start, end=end),
                    story=Span(start=theirs[0], end=theirs[1]),
                    kind=PassageKind.TRANSLATED,
                    similarity=similarity,
                )
        yield from told.values()

    def _quoted(self) -> float:
        """Share of the words in passages that are quoted speech, measured in the translation."""
        most_similar, profile = self._pairs.mine, self.derived_side.profile
        if most_similar is None:
            return 0.0
        edges = profile.sentences
        taken = np.flatnonzero(most_similar.alike >= LEAST_ALIKE)
        words = int((edges[taken + 1] - edges[taken]).sum())
        own = int((profile.own_before[edges[taken + 1]] - profile.own_before[edges[taken]]).sum())
        return (words - own) / max(1, words)

    def _reason(self) -> Reason:
        most_similar = self._pairs.mine
        taken = 0 if most_similar is None else int((most_similar.alike >= LEAST_ALIKE).sum())
        every = 0 if most_similar is None else len(most_similar.alike)
        return Reason(weight=None, text=f"In translation, {taken} of its {every} sentences are like one of the story.")


def compare_cross_lingual(comparer: Comparer, cross_lingual: CrossLingualStories) -> list[TranslatedStory]:
    """Return the stories that may be about the same as the submission, in order. CPU-bound."""
    mine = cross_lingual.submission.prepared
    scores = score_translated(comparer, mine, [side.prepared for side in cross_lingual.stories])
    return [
        TranslatedStory(cross_lingual, side, score, published_after(side.prepared, mine))
        for side, score in zip(cross_lingual.stories, scores, strict=True)
        if score is not None
    ]
