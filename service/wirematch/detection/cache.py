"""Keep what was made of stored articles: the stories of the day are compared again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle

T = TypeVar("T")


class LRUCache(Generic[T]):
    """Things by document number, the most recently used; a number names one version for ever, so none goes stale."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, number: int) -> T | None:
        """What is kept under ``number``, None when nothing is."""
        with self._lock:
            kept = self._kept.get(number)
            if kept is not None:
                self._kept.move_to_end(number)
            return kept

    def keep(self, items: Iterable[tuple[int, T]]) -> None:
        """Keep these, and let go of what was used least recently."""
        with self._lock:
            self._kept.update(items)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


class PreparedCache:
    """Stored articles, ready for comparison."""

    def __init__(self, comparer: Comparer, size: int) -> None:
        self._comparer = comparer
        self._kept: LRUCache[PreparedArticle] = LRUCache(size)

    def keep(self, number: int, side: PreparedArticle) -> None:
        """Keep an article that was prepared as a submission and is stored under this number."""
        self._kept.keep([(number, side)])

    def of(self, entry: Record) -> PreparedArticle:
        """The entry, prepared; two threads may prepare one article at once, and agree."""
        kept = self._kept.get(entry.number)
        if kept is None:
            kept = self._comparer.side(entry.article)
            self._kept.keep([(entry.number, kept)])
        return kept
