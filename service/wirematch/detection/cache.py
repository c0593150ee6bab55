"""In-process caches of what was made of stored articles: the stories of the day are compared again and again."""

from __future__ import annotations

import threading
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
from wirematch.text.restoring import prepare_again

BYTES_OF_ONE, BYTES_A_WORD = 200, 210
"""What a value of a cache takes, and each word of a prepared article that was compared in every way: 209 bytes, on
average of 300 news stories. Until it is compared it takes half."""
SKETCHES_SHARE = 8
"""Of how many parts of the room sketches may have one."""
CLUSTERED_KEPT = 20_000
"""Articles of this process whose cluster is known to be settled."""
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class LRUCache(Generic[K, T]):
    """The most recently used values, so many and of so many bytes; safe to use from several threads."""

    def __init__(self, size: int, most_bytes: int | None = None, weigh: Callable[[T], int] = lambda _: 0) -> None:
        """At most ``size`` values that ``weigh`` at most ``most_bytes`` together, where that is bounded."""
        self._size = size
        self._most_bytes = most_bytes
        self._weigh = weigh
        self._bytes = 0
        self._kept: OrderedDict[K, T] = OrderedDict()
        self._spaces: dict[str, int] = {}
        self.hits = 0
        self.misses = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """What the values weigh."""
        return self._bytes

    def get(self, key: K) -> T | None:
        """The value of ``key``; None when there is none."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                self.misses += 1
            else:
                self.hits += 1
                self._kept.move_to_end(key)
            return kept

    def get_many(self, keys: Collection[K]) -> dict[K, T]:
        """Those of these keys that have a value, with it."""
        with self._lock:
            kept, used = self._kept, self._kept.move_to_end
            found = {key: kept[key] for key in keys if key in kept}
            for key in found:
                used(key)
            self.hits += len(found)
            self.misses += len(keys) - len(found)
            return found

    def first_of(self, space: str) -> int:
        """The lowest of the keys of a space of numbers below 2**64; those of the first space are its numbers."""
        with self._lock:
            return self._spaces.setdefault(space, len(self._spaces) << 64)

    def __len__(self) -> int:
        return len(self._kept)

    def drop(self, key: K) -> None:
        """Have no value of ``key`` any more."""
        with self._lock:
            if (dropped := self._kept.pop(key, None)) is not None:
                self._bytes -= self._weigh(dropped)

    def keep(self, items: Iterable[tuple[K, T]]) -> None:
        """Keep these values, and drop those used least recently."""
        with self._lock:
            kept, weigh = self._kept, self._weigh
            for key, value in items:
                if (before := kept.pop(key, None)) is not None:
                    self._bytes -= weigh(before)
                kept[key] = value
                self._bytes += weigh(value)
            self._drop_oldest()

    def keep_one(self, key: K, value: T) -> None:
        """Keep this value, and drop those used least recently."""
        self.keep(((key, value),))

    def _drop_oldest(self) -> None:
        most = self._most_bytes or self._bytes
        while self._kept and (len(self._kept) > self._size or self._bytes > most):
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= self._weigh(dropped)


class NumberCache(Generic[T]):
    """Values by document number within a namespace; a number names one version for ever, so no value goes stale."""

    def __init__(self, namespace: Namespace, cache: LRUCache[int, T]) -> None:
        """``cache`` may be shared with other namespaces: they have its size together, and no value."""
        self._first = cache.first_of(namespace.root)
        self._cache = cache

    def get(self, number: int) -> T | None:
        """The value of a document number; None when there is none."""
        return self._cache.get(self._first | number)

    def get_many(self, numbers: Collection[int]) -> dict[int, T]:
        """Those of these document numbers that have a value, with it."""
        first = self._first
        if not first:
            return self._cache.get_many(numbers)
        found = self._cache.get_many([first | number for number in numbers])
        return {key ^ first: value for key, value in found.items()}

    def keep(self, items: Iterable[tuple[int, T]]) -> None:
        """Keep these values by document number."""
        first = self._first
        self._cache.keep([(first | number, value) for number, value in items] if first else items)

    def keep_one(self, number: int, value: T) -> None:
        """Keep this value of a document number."""
        self._cache.keep_one(self._first | number, value)

    def drop(self, number: int) -> None:
        """Have no value of a document number any more."""
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
        """See NumberCache; ``watch`` adds up what preparing takes."""
        self._watch = watch or Stopwatch()
        self._comparer = comparer
        self._cache = NumberCache(namespace, cache)

    def submitted(self, submission: Submission) -> PreparedArticle:
        """A submission, prepared; kept if it is stored under a number, as the next one may be compared with it."""
        [prepared] = self.submitted_all([submission])
        return prepared

    def submitted_all(self, submissions: Sequence[Submission]) -> list[PreparedArticle]:
        """The same of several, step by step for all of them."""
        with self._watch.measured(Step.PREPARE, len(submissions)):
            texts = map(_text_of, submissions)
            made = [self._comparer.side(one.article, text) for one, text in zip(submissions, texts, strict=True)]
        numbered = zip(submissions, made, strict=True)
        self._cache.keep([(one.number, side) for one, side in numbered if one.number is not None])
        return made

    def of(self, record: Record) -> PreparedArticle:
        """The record's article, prepared; two threads may prepare one article at once, and agree."""
        [prepared] = self.of_all([record])
        return prepared

    def of_all(self, records: Sequence[Record]) -> list[PreparedArticle]:
        """The same of many: what is not the work itself is done once for all of them."""
        [prepared] = self.of_each([records])
        return prepared

    def of_each(self, rows: Sequence[Sequence[Record]]) -> list[list[PreparedArticle]]:
        """The same of many submissions' records; one that comes twice is prepared once."""
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
        """By number those whose texts a kernel takes from their records."""
        found = profiles_of([record.read for record in records], self._comparer.rarity)
        return {
            record.number: PreparedArticle(record, profile)
            for record, profile in zip(records, found, strict=True)
            if profile is not None
        }

    def _prepare(self, record: Record) -> PreparedArticle:
        if record.imprint is not None:
            return self._comparer.side(record.article)
        if record.unmarked:  # so nothing but the text is decoded until somebody asks for more
            submitted, headline, body_format = record.body, record.headline, BodyFormat.TEXT
        else:
            article = record.article
            submitted, headline, body_format = article.body, article.headline, article.body_format
        text = _again(submitted, body_format, record.skeleton)
        if text is None:
            text = prepare(submitted, headline, body_format)
        return self._comparer.side_of(record, text)


def _text_of(submission: Submission) -> PreparedText | None:
    """As it was prepared when it was signed, or by its skeleton."""
    if submission.text is not None:
        return submission.text
    return _again(submission.article.body, submission.article.body_format, submission.skeleton)


def _again(submitted: str, body_format: BodyFormat | None, skeleton: bytes | None) -> PreparedText | None:
    """None without a skeleton, and with one of other rules for texts or a damaged one."""
    if skeleton is None:
        return None
    try:
        return prepare_again(submitted, body_format, skeleton)
    except ValueError:
        return None


class DetectorCaches:
    """What the detectors of one process keep in memory, together."""

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

    def drop(self, namespace: Namespace, number: int) -> None:
        """Forget a version that is stored no more: nobody asks for it again."""
        NumberCache(namespace, self.prepared).drop(number)
        NumberCache(namespace, self.sketches).drop(number)
        NumberCache(namespace, self.clustered).drop(number)
