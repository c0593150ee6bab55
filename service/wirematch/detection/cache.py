"""In-process caches of what is computed from stored articles: the day's stories are compared again and again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from wirematch.detection.limits import DetectorLimits
from wirematch.detection.stopwatch import Stopwatch
from wirematch.detection.submission import Submission
from wirematch.detection.telemetry import Step
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Record
from wirematch.index.records.view import RecordView
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.profiles.profile import profiles_of
from wirematch.models import BodyFormat
from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText
from wirematch.text.stored_text import prepare_again

BYTES_OF_ONE, BYTES_A_WORD = 200, 210
"""Estimated memory of a cached value, and of each word of a prepared article after every comparison: 209 bytes on
average of 300 news stories. Before the first comparison it takes half."""
SKETCHES_SHARE = 8
"""Sketches may take one part in this many of the cache's memory."""
FORGETFUL_SECONDS = 30.0
"""Seconds in which nothing is kept after everything was forgotten: work that is going on may still bring in old values.
As long as a request may take by default."""
CLUSTERED_KEPT = 20_000
"""Articles of this process whose cluster is known to be settled."""
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class LRUCache(Generic[K, T]):
    """Cache of the most recently used values, bounded in number and bytes; thread-safe."""

    def __init__(self, size: int, most_bytes: int | None = None, weigh: Callable[[T], int] = lambda _: 0) -> None:
        """At most ``size`` values, and ``most_bytes`` by the sum of ``weigh``; None does not bound the bytes."""
        self._size = size
        self._most_bytes = most_bytes
        self._weigh = weigh
        self._bytes = 0
        self._kept: OrderedDict[K, T] = OrderedDict()
        self._spaces: dict[str, int] = {}
        self._keeps_from = 0.0
        self.hits = 0
        self.misses = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """Total weight of the values."""
        return self._bytes

    def get(self, key: K) -> T | None:
        """The value of ``key``, or None."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                self.misses += 1
            else:
                self.hits += 1
                self._kept.move_to_end(key)
            return kept

    def get_many(self, keys: Collection[K]) -> dict[K, T]:
        """The values of those keys that have one."""
        with self._lock:
            get, used = self._kept.get, self._kept.move_to_end
            found: dict[K, T] = {}
            for key in keys:  # one look-up and not two: most of the time goes into memory that lies far apart
                value = get(key)
                if value is not None:
                    found[key] = value
                    used(key)
            self.hits += len(found)
            self.misses += len(keys) - len(found)
            return found

    def first_of(self, space: str) -> int:
        """Return the lowest key of a space of numbers below 2**64; that of the first space is 0."""
        with self._lock:
            return self._spaces.setdefault(space, len(self._spaces) << 64)

    def __len__(self) -> int:
        return len(self._kept)

    def drop(self, key: K) -> None:
        """Remove the value of ``key``, if any."""
        with self._lock:
            if (dropped := self._kept.pop(key, None)) is not None:
                self._bytes -= self._weigh(dropped)

    def forget(self) -> None:
        """Remove all values, and add none for ``FORGETFUL_SECONDS``."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
            self._keeps_from = time.monotonic() + FORGETFUL_SECONDS

    def keep(self, items: Iterable[tuple[K, T]]) -> None:
        """Add values; the least recently used ones are evicted."""
        with self._lock:
            if self._keeps_from:
                if time.monotonic() < self._keeps_from:
                    return
                self._keeps_from = 0.0
            kept, weigh, total = self._kept, self._weigh, self._bytes
            for key, value in items:
                before = kept.get(key)
                if before is not None:
                    total -= weigh(before)
                    kept.move_to_end(key)
                kept[key] = value
                total += weigh(value)
            self._bytes = total
            self._drop_oldest()

    def keep_one(self, key: K, value: T) -> None:
        """Add a value; the least recently used ones are evicted."""
        self.keep(((key, value),))

    def _drop_oldest(self) -> None:
        most = self._most_bytes or self._bytes
        while self._kept and (len(self._kept) > self._size or self._bytes > most):
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= self._weigh(dropped)


class NumberCache(Generic[T]):
    """Values by document number in a namespace.

    A number names one version for ever, so no value goes stale; unless Redis loses writes (DetectorCaches.forget).
    """

    def __init__(self, namespace: Namespace, cache: LRUCache[int, T]) -> None:
        """``cache`` may be shared with other namespaces, which share its size but no values."""
        self._first = cache.first_of(namespace.root)
        self._cache = cache

    def get(self, number: int) -> T | None:
        """The value of a document number, or None."""
        return self._cache.get(self._first | number)

    def get_many(self, numbers: Collection[int]) -> dict[int, T]:
        """The values of those document numbers that have one."""
        first = self._first
        if not first:
            return self._cache.get_many(numbers)
        found = self._cache.get_many([first | number for number in numbers])
        return {key ^ first: value for key, value in found.items()}

    def keep(self, items: Iterable[tuple[int, T]]) -> None:
        """Add values by document number."""
        first = self._first
        self._cache.keep([(first | number, value) for number, value in items] if first else items)

    def keep_one(self, number: int, value: T) -> None:
        """Add the value of a document number."""
        self._cache.keep_one(self._first | number, value)

    def drop(self, number: int) -> None:
        """Remove the value of a document number, if any."""
        self._cache.drop(self._first | number)


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


class DetectorCaches:
    """The caches that the detectors of one process share."""

    def __init__(self, limits: DetectorLimits) -> None:
        most = limits.cache_bytes
        self.prepared: LRUCache[int, PreparedArticle] = LRUCache(
            limits.prepared_cache,
            most - most // SKETCHES_SHARE,
            lambda one: BYTES_OF_ONE + BYTES_A_WORD * one.profile.size,
        )
        self.sketches: LRUCache[int, bytes] = LRUCache(
            limits.fingerprint_cache, most // SKETCHES_SHARE, lambda sketch: BYTES_OF_ONE + len(sketch)
        )
        self.clustered: LRUCache[int, bool] = LRUCache(CLUSTERED_KEPT)

    def forget(self) -> None:
        """Remove everything: Redis may have lost writes, and gives their numbers to others."""
        for cache in (self.prepared, self.sketches, self.clustered):
            cache.forget()

    def drop(self, namespace: Namespace, number: int) -> None:
        """Remove a version that is no longer stored, from all caches."""
        NumberCache(namespace, self.prepared).drop(number)
        NumberCache(namespace, self.sketches).drop(number)
        NumberCache(namespace, self.clustered).drop(number)
