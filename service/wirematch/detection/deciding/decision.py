"""Decide what a submission is, given its candidates. CPU work, to be called in a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from wirematch.cuts import cut
from wirematch.detection.cache import DetectorCaches, PreparedCache
from wirematch.detection.deciding.exact_copies import copied_id, first_copied, has_later, storing_order
from wirematch.detection.number_cache import NumberCache
from wirematch.detection.policy import (
    PROBABILITY_MARGIN,
    WHOLLY_DERIVED,
    can_be_new_unprepared,
)
from wirematch.detection.stopwatch import Stopwatch, WatchedComparer
from wirematch.detection.submission import CrossLingualCandidate, DecidedSubmission, Retrieved, Submission
from wirematch.detection.translations.pivot_sides import translated_side
from wirematch.detection.translations.record import translation_of
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.fast_decision import StoryDecision, StoryRelation, decide_without_evidence
from wirematch.matching.judge import Verdict, judge
from wirematch.matching.translated.story import CrossLingualStories, PivotSide, TranslatedStory, compare_cross_lingual
from wirematch.matching.undecided import LEAST_WORDS
from wirematch.models import NO_FILTERS, Article, Attribution, BodyFormat, Decision, Filters, Relation
from wirematch.state.clusters import ClusterLink

CLUSTERED_AFTER = timedelta(minutes=1)
"""Time after storing from which on an article's cluster is taken as settled."""
AT_ONCE, BYTES_AT_ONCE = 16, 1 << 20
"""Submissions of a batch that go through each step together, and bytes of them and their candidates: code, tables and
prepared texts are then still in the processor's caches."""
Sides = tuple[PreparedArticle, list[PreparedArticle]]
"""A prepared submission and the prepared stories that it is compared with."""
NEW = Verdict(Decision.NEW, None, [], [], [], [], Attribution(stories=[], original=1.0))


class SubmissionDecider:
    """Compares submissions with their candidates and decides what they are."""

    def __init__(self, comparer: Comparer, namespace: Namespace, caches: DetectorCaches) -> None:
        self.watch = Stopwatch()
        """Time of each step within deciding."""
        self._comparer = WatchedComparer(comparer, self.watch)
        self._prepared = PreparedCache(comparer, namespace, caches.prepared, self.watch)
        self._translated = PreparedCache(comparer, namespace.translations, caches.prepared, self.watch)
        self._clustered = NumberCache(namespace, caches.clustered)

    def decide_batch(
        self, batch: Sequence[Retrieved], before: Iterable[Retrieved] = (), *, explain: bool
    ) -> list[DecidedSubmission]:
        """Decide stored submissions in order.

        ``before`` are earlier submissions of the same batch, decided by others at the same time.
        """
        earlier = {one.submission.number for one in before}
        decided: list[DecidedSubmission] = []
        for part in cut(list(map(_size_of, batch)), AT_ONCE, BYTES_AT_ONCE):
            decided += self._decide_few([_without(given) for given in batch[part]], earlier, explain=explain)
        return decided

    def drop_duplicates(self, decided: Sequence[DecidedSubmission], *, explain: bool) -> list[DecidedSubmission]:
        """Drop duplicates of a whole batch, as if each had been dropped before the next submission was stored.

        What had one of them among its candidates is decided again without it.
        """
        kept: list[DecidedSubmission] = []
        dropped: set[int | None] = set()
        earlier: set[int | None] = set()
        for one in decided:
            result = one
            if any(record.number in dropped for record in one.retrieved.every_record):
                [result] = self._decide_few([_without(one.retrieved, dropped)], earlier, explain=explain)
            if result.decision is Decision.DUPLICATE:
                dropped.add(result.retrieved.submission.number)
                result = replace(result, dropped=True)
            earlier.add(result.retrieved.submission.number)
            kept.append(result)
        return kept

    def _decide_few(
        self, few: Sequence[Retrieved], earlier: set[int | None], *, explain: bool
    ) -> list[DecidedSubmission]:
        """Decide submissions, each step for all of them."""
        copied: list[Record | None] = []
        for retrieved in few:
            copied.append(None if explain else self._exact_duplicate_of(retrieved, earlier))
            earlier.add(retrieved.submission.number)
        sides = self._sides_of([one for one, original in zip(few, copied, strict=True) if original is None])
        return [
            self._decide_one(retrieved, next(sides), explain=explain)
            if original is None
            else _copy_of(retrieved, original)
            for retrieved, original in zip(few, copied, strict=True)
        ]

    def decide_one(self, retrieved: Retrieved, *, explain: bool = True) -> DecidedSubmission:
        """Decide a stored submission against articles stored before it."""
        retrieved = _without(retrieved)
        [sides] = self._sides_of([retrieved])
        return self._decide_one(retrieved, sides, explain=explain)

    def _decide_one(self, retrieved: Retrieved, sides: Sides | None, *, explain: bool) -> DecidedSubmission:
        verdict = self._judge(retrieved, sides, NO_FILTERS) if explain else None
        decided = verdict or self._decide(retrieved, sides)
        decision, sources, followers = decided.decision, decided.sources, decided.followers
        if not sources and not followers:
            return DecidedSubmission(retrieved, decision, None, verdict, [], [], [])
        by_id = {record.id: record for record in retrieved.every_record}
        originals = {one.story.id for one in sources}
        others = [one for one in followers if one.relation in WHOLLY_DERIVED and one.story.id not in originals]
        if decision is Decision.UNDECIDED:
            sources = []  # similar articles are reported, but are no sources
        return DecidedSubmission(
            retrieved,
            decision,
            sources[0].story.id if sources else None,
            verdict,
            sources=_earliest_first(_possible_originals(sources), by_id),
            copied_id=copied_id(retrieved.submission.article, sources, by_id),
            followers=_earliest_first(others, by_id),
            pickups=[one.story.id for one in followers if one.story.id],
        )

    def judge_at_once(self, retrieved: Retrieved) -> Verdict | None:
        """The verdict of a submission that is certainly new; None if it must be judged."""
        return NEW if _is_certainly_new(retrieved) else None

    def judge(self, retrieved: Retrieved, filters: Filters = NO_FILTERS) -> Verdict:
        """Decide a submission, with all evidence."""
        [sides] = self._sides_of([retrieved])
        return self._judge(retrieved, sides, filters)

    def _judge(self, retrieved: Retrieved, sides: Sides | None, filters: Filters) -> Verdict:
        if sides is None:
            return NEW
        submission, stories = sides
        return judge(
            self._comparer,
            submission,
            stories,
            include_related=filters.include_related,
            limit=filters.limit,
            with_reasons=filters.explain,
            cross_lingual=self._cross_lingual(retrieved, submission),
        )

    def remember(self, submissions: Iterable[Submission]) -> None:
        """Note that the clusters of these submissions are settled, so exact copies of them need no comparison."""
        self._clustered.keep((submission.number, True) for submission in submissions if submission.number is not None)

    def prepared(self, records: Sequence[Record]) -> list[PreparedArticle]:
        """Prepare stored articles for comparison."""
        return self._prepared.of_all(records)

    def _decide(self, retrieved: Retrieved, sides: Sides | None) -> StoryDecision:
        """Decide without evidence."""
        if sides is None:
            return NEW
        submission, stories = sides
        return decide_without_evidence(self._comparer, submission, stories, self._cross_lingual(retrieved, submission))

    def _sides_of(self, few: Sequence[Retrieved]) -> Iterator[Sides | None]:
        """Yield the prepared sides of each submission, in order; None if it is certainly new."""
        new = list(map(_is_certainly_new, few))
        compared = [one for one, is_new in zip(few, new, strict=True) if not is_new]
        submissions = self._prepare_all([one.submission for one in compared])
        stories = self._prepared.of_each([one.records for one in compared])
        made = zip(submissions, stories, strict=True)
        return (None if is_new else next(made) for is_new in new)

    def compared_across(self, retrieved: Retrieved) -> list[TranslatedStory]:
        """Compare a submission with its candidates in other languages."""
        cross_lingual = self._cross_lingual(retrieved, self.prepare(retrieved.submission))
        return compare_cross_lingual(self._comparer, cross_lingual) if cross_lingual else []

    def _cross_lingual(self, retrieved: Retrieved, submission: PreparedArticle) -> CrossLingualStories | None:
        """What to compare in the pivot language, or None."""
        found = retrieved.cross_lingual
        if found is None or found.language is None or not found.candidates:
            return None
        mine = PivotSide(submission, found.language)
        if found.translation is not None:
            said = self._comparer.prepare(Article(body=found.translation.text, body_format=BodyFormat.TEXT))
            mine = translated_side(submission.article, said, found.translation)
        stories = (self._side_of(candidate, found.pivot) for candidate in found.candidates)
        return CrossLingualStories(found.pivot, mine, [story for story in stories if story is not None])

    def _side_of(self, candidate: CrossLingualCandidate, pivot: str) -> PivotSide | None:
        """A candidate in the pivot language; None if it has no readable translation and is in another language."""
        if candidate.translation is None:
            prepared = self._prepared.of(candidate.record)
            return PivotSide(prepared, pivot) if prepared.text.language == pivot else None
        try:
            translation = translation_of(candidate.translation.article)
        except ValueError:
            return None
        return translated_side(candidate.record.article, self._translated.of(candidate.translation), translation)

    def prepare(self, submission: Submission) -> PreparedArticle:
        """Prepare a submission for comparison; waits if that was begun ahead."""
        if submission.ahead is not None:
            return submission.ahead.result()
        return self._prepared.submitted(submission)

    def _prepare_all(self, submissions: Sequence[Submission]) -> list[PreparedArticle]:
        if any(one.ahead for one in submissions):
            return list(map(self.prepare, submissions))
        return self._prepared.submitted_all(submissions)

    def _exact_duplicate_of(self, retrieved: Retrieved, earlier: Collection[int | None]) -> Record | None:
        """Exact-duplicate fast path: the first stored article with the very same text; None if comparing is needed.

        Its original must be known: its cluster is settled, as it was stored a while ago or decided by this process
        (``earlier`` in the same batch at the latest), or it is the earliest candidate and so its own original.
        """
        submission, records = retrieved.submission, retrieved.records
        if not records or submission.fingerprint.words < LEAST_WORDS:
            return None
        original = first_copied(submission.article, records)
        if original is None or has_later(submission.article.published_at, retrieved.every_record):
            return None
        old = submission.stored_at is not None and submission.stored_at - original.stored_at > CLUSTERED_AFTER
        clustered = old or original.number in earlier or self._clustered.get(original.number)
        return original if clustered or original is min(records, key=storing_order) else None


def _size_of(retrieved: Retrieved) -> int:
    """Bytes that deciding a submission reads."""
    return len(retrieved.submission.article.body) + sum([record.size for record in retrieved.records])


def _copy_of(retrieved: Retrieved, original: Record) -> DecidedSubmission:
    link = ClusterLink(original.id, original.stored_at, Relation.COPY, 1.0)
    return DecidedSubmission(retrieved, Decision.DUPLICATE, link.id, None, [link])


def _without(retrieved: Retrieved, dropped: Collection[int | None] = ()) -> Retrieved:
    """Remove dropped articles and the submission itself, which a rebuild may have renumbered."""
    mine = retrieved.submission.article.id
    records = [one for one in retrieved.records if one.id != mine and one.number not in dropped]
    cross_lingual = retrieved.cross_lingual
    if cross_lingual is not None:
        others = (one for one in cross_lingual.candidates if one.record.id != mine and one.record.number not in dropped)
        cross_lingual = replace(cross_lingual, candidates=list(others))
    elif len(records) == len(retrieved.records):
        return retrieved
    return replace(retrieved, records=records, cross_lingual=cross_lingual)


def _is_certainly_new(retrieved: Retrieved) -> bool:
    return not retrieved.every_record and can_be_new_unprepared(retrieved.submission.fingerprint)


def _possible_originals(found: Sequence[StoryRelation]) -> list[StoryRelation]:
    """The sources that may name the original: wholly derived from, nearly as surely as from the best; else the best."""
    if not found or found[0].relation not in WHOLLY_DERIVED:
        return list(found[:1])
    least = found[0].probability - PROBABILITY_MARGIN
    return [one for one in found if one.relation in WHOLLY_DERIVED and one.probability >= least]


def _earliest_first(found: Sequence[StoryRelation], by_id: Mapping[str, Record]) -> list[ClusterLink]:
    records = sorted(((by_id[one.story.id or ""], one) for one in found), key=lambda pair: storing_order(pair[0]))
    return [ClusterLink(one.id, one.stored_at, it.relation, it.probability) for one, it in records]
