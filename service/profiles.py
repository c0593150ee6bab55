"""Keep stored articles ready for comparison: the stories of the day are compared again and again."""

from __future__ import annotations

import threading
from collections import OrderedDict

from service.index.story_index import Entry
from service.matching.compare import Comparer, Side


class ProfileCache:
    """The most recently used, by document number; a number names one version for ever, so none goes stale."""

    def __init__(self, comparer: Comparer, size: int) -> None:
        self._comparer = comparer
        self._size = size
        self._kept: OrderedDict[int, Side] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, entry: Entry) -> Side:
        """The entry, prepared; two threads may prepare one article at once, and agree."""
        with self._lock:
            kept = self._kept.get(entry.number)
            if kept is not None:
                self._kept.move_to_end(entry.number)
                return kept
        made = self._comparer.side(entry.article)
        with self._lock:
            self._kept[entry.number] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made
