"""In-process caches of what is computed from stored articles: the day's stories are compared again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wirematch.detection.limits import DetectorLimits
from wirematch.detection.number_cache import LRUCache, NumberCache
from wirematch.detection.stopwatch import Stopwatch
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Record
from wirematch.index.records.view import RecordView
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.profiles.profile import profiles_of
from wirematch.models import BodyFormat, Match
from wirematch.models.listings import EventArticle
from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText
from wirematch.text.skeleton import prepare_again

BYTES_OF_ONE, BYTES_A_WORD = 200, 210
"""Estimated memory of a cached value, and of each word of a prepared article after every comparison: 209 bytes on
average of 300 news stories. Before the first comparison it takes half."""
BYTES_OF_MATCH, BYTES_A_PASSAGE = 3_000, 1_400
"""Estimated memory of a match, and of each of its passages."""
BYTES_OF_LISTED = 1_500
"""Estimated memory of an article in the listing of an event."""
SHARE = 8
"""Sketches may take one part in this many of the cache's memory, and pickups another, with a quarter of it for events,
which have no passages."""
PICKUPS_KEPT = EVENTS_KEPT = 1_000
"""Stories whose pickups are kept, and whose events are."""
CLUSTERED_KEPT = 20_000
"""Articles of this process whose cluster is known to be settled."""


class PreparedCache:
    """Stored articles, prepared for comparison."""

    def __init__(
        self,
        comparer: Comparer,
        namespace: Namespace,
        cache: LRUCache[int, PreparedArticle],
        watch: Stopwatch | None = None,
    ) -> None:
        """See NumberCache; ``watch`` adds up the time of preparing."""
        self._watch = watch or Stopwatch()
        self._comparer = comparer
        self._cache = NumberCache(namespace, cache)

    def submitted(self, submission: Submission) -> PreparedArticle:
        """Prepare a submission; cached if it has a document number, as later ones may be compared with it."""
        [prepared] = self.submitted_all([submission])
        return prepared

    def submitted_all(self, submissions: Sequence[Submission]) -> list[PreparedArticle]:
        """Prepare several submissions, each step for all of them."""
        with self._watch.measured(Step.PREPARE, len(submissions)):
            texts = map(_text_of, submissions)
            made = [self._comparer.prepare(one.article, text) for one, text in zip(submissions, texts, strict=True)]
        numbered = zip(submissions, made, strict=True)
        self._cache.keep([(one.number, side) for one, side in numbered if one.number is not None])
        return made

    def of(self, record: Record) -> PreparedArticle:
        """Prepare a record's article. Two threads may prepare the same one at once, with equal results."""
        [prepared] = self.of_all([record])
        return prepared

    def of_all(self, records: Sequence[Record]) -> list[PreparedArticle]:
        """Prepare the articles of many records, with the overhead of one call."""
        [prepared] = self.of_each([records])
        return prepared

    def of_each(self, rows: Sequence[Sequence[Record]]) -> list[list[PreparedArticle]]:
        """Prepare the records of many submissions; repeated ones once."""
        records = {record.number: record for row in rows for record in row}
        known = self._cache.get_many(records)
        missing = [record for number, record in records.items() if number not in known]
        if missing:
            with self._watch.measured(Step.PREPARE, len(missing)):
                made = self._prepare_views(
                    [record for record in missing if isinstance(record, RecordView) and record.read.skeleton_size]
                )
                if len(made) < len(missing):
                    made |= {record.number: self._prepare(record) for record in missing if record.number not in made}
            self._cache.keep(made.items())
            known |= made
        return [[known[record.number] for record in row] for row in rows]

    def _prepare_views(self, records: Sequence[RecordView]) -> dict[int, PreparedArticle]:
        """Prepare by kernel those records that it can read, by document number."""
        found = profiles_of([record.read for record in records], self._comparer.rarity)
        return {
            record.number: PreparedArticle(record, profile)
            for record, profile in zip(records, found, strict=True)
            if profile is not None
        }

    def _prepare(self, record: Record) -> PreparedArticle:
        if record.imprint is not None:
            return self._comparer.prepare(record.article)
        if record.unmarked:  # only the text is decoded now
            submitted, headline, body_format = record.body, record.headline, BodyFormat.TEXT
        else:
            article = record.article
            submitted, headline, body_format = article.body, article.headline, article.body_format
        text = _again(submitted, body_format, record.skeleton)
        if text is None:
            text = prepare(submitted, headline, body_format)
        return self._comparer.prepare_on_demand(record, text)


def _text_of(submission: Submission) -> PreparedText | None:
    """The text as prepared for signing, or read by its skeleton; None if there is neither."""
    if submission.text is not None:
        return submission.text
    return _again(submission.article.body, submission.article.body_format, submission.skeleton)


def _again(submitted: str, body_format: BodyFormat | None, skeleton: bytes | None) -> PreparedText | None:
    """Read a text by its skeleton; None without one, or if it is damaged or of other text rules."""
    if skeleton is None:
        return None
    try:
        return prepare_again(submitted, body_format, skeleton)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class FoundPickups:
    """Which of these articles derive from a story: the answer depends on all of them, as they are an event."""

    among: tuple[int, ...]
    """Document numbers, the most similar first."""
    pickups: tuple[Match, ...]

    @property
    def bytes(self) -> int:
        """Estimated memory."""
        passages = sum(len(one.passages) for one in self.pickups)
        return BYTES_OF_ONE + BYTES_OF_MATCH * len(self.pickups) + BYTES_A_PASSAGE * passages


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """What these articles have to do with one that is stored: the answer depends on all of them."""

    among: tuple[int, ...]
    """Document numbers, the most similar first."""
    articles: tuple[EventArticle, ...]

    @property
    def bytes(self) -> int:
        """Estimated memory."""
        return BYTES_OF_ONE + 40 * len(self.among) + BYTES_OF_LISTED * len(self.articles)


class DetectorCaches:
    """The caches that the detectors of one process share."""

    def __init__(self, limits: DetectorLimits) -> None:
        most, share = limits.cache_bytes, limits.cache_bytes // SHARE
        self.prepared: LRUCache[int, PreparedArticle] = LRUCache(
            limits.prepared_cache, most - 2 * share, lambda one: BYTES_OF_ONE + BYTES_A_WORD * one.profile.size
        )
        self.sketches: LRUCache[int, bytes] = LRUCache(
            limits.fingerprint_cache, share, lambda sketch: BYTES_OF_ONE + len(sketch)
        )
        self.pickups: LRUCache[int, FoundPickups] = LRUCache(
            PICKUPS_KEPT, share - share // 4, lambda found: found.bytes
        )
        self.events: LRUCache[int, FoundEvent] = LRUCache(EVENTS_KEPT, share // 4, lambda found: found.bytes)
        self.clustered: LRUCache[int, bool] = LRUCache(CLUSTERED_KEPT)

    @property
    def by_name(self) -> dict[str, LRUCache[int, Any]]:
        """The caches by the names that metrics have for them."""
        named: dict[str, LRUCache[int, Any]] = {"prepared": self.prepared, "fingerprints": self.sketches}
        return named | {"pickups": self.pickups, "events": self.events}

    def forget(self) -> None:
        """Remove everything: Redis may have lost writes, and gives their numbers to others."""
        for cache in (self.prepared, self.sketches, self.pickups, self.events, self.clustered):
            cache.forget()

    def drop(self, namespace: Namespace, number: int) -> None:
        """Remove a version that is no longer stored, from all caches."""
        NumberCache(namespace, self.prepared).drop(number)
        NumberCache(namespace, self.sketches).drop(number)
        NumberCache(namespace, self.pickups).drop(number)
        NumberCache(namespace, self.events).drop(number)
        NumberCache(namespace, self.clustered).drop(number)
