"""From a submission and the stories it may derive from to what is decided of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wirematch.detection.cache import LRUCache, PreparedCache
from wirematch.detection.retrieval import Retrieved
from wirematch.fingerprint.minhash import Fingerprint
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.judge import DERIVED, LEAST_WORDS, Verdict, judge
from wirematch.matching.ruling import FastDecision, StoryRelation, decide
from wirematch.models import NO_FILTERS, Article, Attribution, Decision, Filters, IndexState, Match, Relation, Report
from wirematch.state.clusters import ClusterLink, ClusterUpdate

WHOLLY = frozenset({Relation.COPY, Relation.REWRITE})
LESS_SURE = 0.1
"""Probability by which a match may fall behind the best one and still tell the original: a chance likeness does not."""
SETTLED_AFTER = timedelta(minutes=1)
"""After its storing, an article's group is known. Were it not, an answer would name a copy of the original instead."""
SETTLED_KEPT = 20_000
CERTAINLY_ENOUGH_WORDS = 4 * LEAST_WORDS
"""Of a page of so many words, cleaning leaves enough to tell whether it is new."""
NEW = Verdict(Decision.NEW, None, [], [], Attribution(stories=[], original=1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """An article with its fingerprint, and its number and its time of storing where it stands in the index itself."""

    article: Article
    fingerprint: Fingerprint
    number: int | None = None
    stored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DecidedSubmission:
    """What was decided of a submission."""

    decision: Decision
    original_id: str | None
    """What it derives from most closely; what that derives from in turn, its group knows."""
    verdict: Verdict | None
    """None when nobody wants to see the evidence."""
    sources: Sequence[ClusterLink] = ()
    """What it derives from as surely as from the best, earliest first; where it takes passages only, the best."""
    followers: Sequence[ClusterLink] = ()
    """What was stored before and is a copy or a rewrite of it."""
    pickups: Sequence[str] = ()
    """Ids of all stored articles that were published later and derive from it."""

    def cluster_update(self, submission: Submission, *, stays: bool, changed: bool = False) -> ClusterUpdate | None:
        """What is to be told where groups are kept; None when there is nothing, as for most articles."""
        assert submission.article.id is not None
        assert submission.stored_at is not None
        joins = stays and self.decision in {Decision.NEW, Decision.DUPLICATE, Decision.REWRITE}
        followers = self.followers if joins else ()
        if not self.sources and not followers and not changed:
            return None
        return ClusterUpdate(submission.article.id, submission.stored_at, self.sources, followers, joins, changed)


class SubmissionDecider:
    """Compares submissions with what was found for them. All of it is CPU work, to be called in a thread."""

    def __init__(self, comparer: Comparer, profile_cache: int) -> None:
        self._comparer = comparer
        self._profiles = PreparedCache(comparer, profile_cache)
        self._settled: LRUCache[bool] = LRUCache(SETTLED_KEPT)

    def settle(
        self, submissions: Sequence[Submission], found: Sequence[Retrieved], *, drop_duplicates: bool, explain: bool
    ) -> list[DecidedSubmission]:
        """Decide of one after the other; what is dropped as a duplicate is nobody's original."""
        settled: list[DecidedSubmission] = []
        dropped: set[int | None] = set()
        beside: set[int | None] = set()
        for submission, its in zip(submissions, found, strict=True):
            entries = [entry for entry in others(its.entries, submission) if entry.number not in dropped]
            copied = None if explain else self._plainly_copied(submission, entries, beside)
            if copied is not None:
                kin = ClusterLink(copied.article.id, copied.article.stored_at, Relation.COPY, 1.0)
                outcome = DecidedSubmission(Decision.DUPLICATE, kin.id, None, [kin])
            else:
                outcome = self.settle_one(submission, entries, explain=explain)
            if drop_duplicates and outcome.decision is Decision.DUPLICATE:
                dropped.add(submission.number)
            beside.add(submission.number)
            settled.append(outcome)
        return settled

    def settle_one(self, submission: Submission, entries: list[Record], *, explain: bool = True) -> DecidedSubmission:
        """Decide of an article that is stored against these that were stored before it."""
        by_id = {entry.article.id: entry for entry in entries}
        verdict = self.judge(submission, entries) if explain else None
        ruling = _ruling_of(verdict, by_id) if verdict else self._rule(submission, entries)
        decision, kind = ruling.decision, submission.article.kind
        # The same text, published later but stored before, stays the original: who has it needs it no second time. Only
        # an agency's story comes before the article that copies it, whenever it comes.
        copies = [
            one
            for one in ruling.followers
            if one.relation is Relation.COPY and by_id[one.story.id or ""].article.kind is kind
        ]
        sources = [*ruling.sources, *copies]
        followers = [one for one in ruling.followers if one.relation in WHOLLY and one not in copies]
        if copies and decision is not Decision.DUPLICATE:
            decision, sources = Decision.DUPLICATE, [*copies, *ruling.sources]
            verdict = verdict and replace(verdict, decision=decision, why=None)
        return DecidedSubmission(
            decision,
            sources[0].story.id if sources else None,
            verdict,
            sources=_earliest_first(_as_sure_as_the_best(sources), by_id),
            followers=_earliest_first(followers, by_id),
            pickups=[one.story.id for one in ruling.followers if one.story.id],
        )

    def _rule(self, submission: Submission, entries: list[Record]) -> FastDecision:
        """The decision without the evidence."""
        if is_certainly_new(submission, entries):
            return FastDecision(Decision.NEW, None, [], [])
        return decide(self._comparer, self._side(submission), list(map(self._profiles.of, entries)))

    def remember(self, submissions: Iterable[Submission]) -> None:
        """The groups of these are settled, and what copies them need not be compared with anything else."""
        self._settled.keep((submission.number, True) for submission in submissions if submission.number is not None)

    def _plainly_copied(
        self, submission: Submission, entries: list[Record], beside: Collection[int | None]
    ) -> Record | None:
        """The stored article of which comparing would say no more than the eye: it has the very text.

        Its group must be settled, ``beside`` the submission at the latest, or it must be the earliest of all that come
        into question; else it may be a copy that nobody knows for one yet.
        """
        mine = submission.article
        if not entries or submission.fingerprint.words < LEAST_WORDS:
            return None
        for entry in entries:
            best = entry.article
            later = mine.published_at and best.published_at and best.published_at > mine.published_at
            if (best.body, best.headline) == (mine.body, mine.headline) and (not later or best.kind is mine.kind):
                old = submission.stored_at is not None and submission.stored_at - best.stored_at > SETTLED_AFTER
                known = old or entry.number in beside or self._settled.get(entry.number)
                return entry if known or entry is min(entries, key=_order) else None
        return None

    def judge(self, submission: Submission, entries: list[Record], filters: Filters = NO_FILTERS) -> Verdict:
        """The verdict with all its evidence."""
        if is_certainly_new(submission, entries):
            return NEW
        side = self._side(submission)
        stories = (self._profiles.of(entry) for entry in entries)
        return judge(self._comparer, side, stories, include_related=filters.include_related, limit=filters.limit)

    def _side(self, submission: Submission) -> PreparedArticle:
        """The submission prepared; where it is stored, the next one may be compared with it."""
        side = self._comparer.side(submission.article)
        if submission.number is not None:
            self._profiles.keep(submission.number, side)
        return side

    def derived_from(self, story: Article, entries: list[Record]) -> list[tuple[datetime, Match]]:
        """Those of the entries that derive from the story, with their times."""
        side = self._comparer.side(story)
        candidates = [self._profiles.of(entry) for entry in entries]
        pickups = []
        for entry, other, score in zip(entries, candidates, self._comparer.score_pairs(side, candidates), strict=True):
            evidence = self._comparer.explain(other, side, score, explain_related=False)
            if evidence.relation in DERIVED:
                when = entry.article.published_at or entry.article.stored_at
                pickups.append((when, Match.of(entry.article, evidence)))
        return pickups


def others(entries: list[Record], submission: Submission) -> list[Record]:
    """All but the submission, which is stored itself; it may have moved with its index meanwhile."""
    return [entry for entry in entries if entry.article.id != submission.article.id]


def came_after(entries: list[Record], story: Record) -> list[Record]:
    """Those that may derive from a story: published later, or stored later where a time of publication is missing."""

    def later(other: Record) -> bool:
        times = (other.article.published_at, story.article.published_at)
        if times[0] is not None and times[1] is not None and times[0] != times[1]:
            return times[0] > times[1]
        return _order(other) > _order(story)

    return [entry for entry in entries if entry.number != story.number and later(entry)]


def make_report(verdict: Verdict, found: Retrieved, original_id: str | None, took_ms: float) -> Report:
    """What a caller sees of a verdict."""
    return Report(
        decision=verdict.decision,
        why=verdict.why,
        original_id=original_id,
        matches=verdict.matches,
        pickups=verdict.pickups,
        attribution=verdict.attribution,
        partial_index=found.partial,
        index=IndexState(
            articles=found.candidates.documents,
            candidates=len(found.candidates.ranking),
            compared=found.looked_at,
        ),
        took_ms=took_ms,
    )


def _ruling_of(verdict: Verdict, by_id: Mapping[str, Record]) -> FastDecision:
    """What the evidence comes to."""

    def kinships(matches: Iterable[Match]) -> list[StoryRelation]:
        return [StoryRelation(by_id[match.id or ""].article, match.relation, match.probability) for match in matches]

    return FastDecision(verdict.decision, verdict.why, kinships(verdict.sources), kinships(verdict.followers))


def _as_sure_as_the_best(found: Sequence[StoryRelation]) -> list[StoryRelation]:
    """Which of them may tell the original: where any is derived from wholly, these, else the best alone."""
    if not found or found[0].relation not in WHOLLY:
        return list(found[:1])
    least = found[0].probability - LESS_SURE
    return [one for one in found if one.relation in WHOLLY and one.probability >= least]


def _earliest_first(found: Sequence[StoryRelation], by_id: Mapping[str, Record]) -> list[ClusterLink]:
    entries = sorted(((by_id[one.story.id or ""], one) for one in found), key=lambda pair: _order(pair[0]))
    return [
        ClusterLink(entry.article.id, entry.article.stored_at, one.relation, one.probability) for entry, one in entries
    ]


def _order(entry: Record) -> tuple[datetime, int]:
    return entry.article.stored_at, entry.number


def is_certainly_new(submission: Submission, entries: list[Record]) -> bool:
    """Whether nothing stands against it, and cleaning would leave enough of it to tell: then the verdict is ``NEW``."""
    fingerprint = submission.fingerprint
    return not entries and fingerprint.known and fingerprint.words >= CERTAINLY_ENOUGH_WORDS
