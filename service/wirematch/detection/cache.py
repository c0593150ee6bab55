"""In-process caches of what was made of stored articles: the stories of the day are compared again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from wirematch.detection.limits import DetectorLimits
from wirematch.fingerprint.shingles import Shingles
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle

CLUSTERED_KEPT = 20_000
"""Articles of this process whose cluster is known to be settled."""
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class LRUCache(Generic[K, T]):
    """At most ``size`` values, the most recently used; safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[K, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> T | None:
        """The value of ``key``; None when there is none."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def keep(self, items: Iterable[tuple[K, T]]) -> None:
        """Keep these values, and drop those used least recently."""
        with self._lock:
            self._kept.update(items)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


class NumberCache(Generic[T]):
    """Values by document number within a namespace; a number names one version for ever, so no value goes stale."""

    def __init__(self, namespace: Namespace, cache: LRUCache[Hashable, T]) -> None:
        """``cache`` may be shared with other namespaces: they have its size together, and no value."""
        self._namespace = namespace
        self._cache = cache

    def get(self, number: int) -> T | None:
        """The value of a document number; None when there is none."""
        return self._cache.get(self._namespace.cache_key(number))

    def keep(self, items: Iterable[tuple[int, T]]) -> None:
        """Keep these values by document number."""
        self._cache.keep((self._namespace.cache_key(number), value) for number, value in items)


class PreparedCache:
    """Stored articles, prepared for comparison."""

    def __init__(self, comparer: Comparer, namespace: Namespace, cache: LRUCache[Hashable, PreparedArticle]) -> None:
        """See NumberCache."""
        self._comparer = comparer
        self._cache = NumberCache(namespace, cache)

    def keep(self, number: int, article: PreparedArticle) -> None:
        """Keep an article that was prepared as a submission and is stored under this number."""
        self._cache.keep([(number, article)])

    def of(self, record: Record) -> PreparedArticle:
        """The record's article, prepared; two threads may prepare one article at once, and agree."""
        kept = self._cache.get(record.number)
        if kept is None:
            kept = self._comparer.side(record.article)
            self._cache.keep([(record.number, kept)])
        return kept


class DetectorCaches:
    """What the detectors of one process keep in memory, together."""

    def __init__(self, limits: DetectorLimits) -> None:
        self.prepared: LRUCache[Hashable, PreparedArticle] = LRUCache(limits.prepared_cache)
        self.shingles: LRUCache[Hashable, Shingles] = LRUCache(limits.fingerprint_cache)
        self.clustered: LRUCache[Hashable, bool] = LRUCache(CLUSTERED_KEPT)
