"""A cache of the most recently used values, and a view of it by the document numbers of one namespace."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Generic, TypeVar

from wirematch.index.keys import Namespace

FORGETFUL_SECONDS = 30.0
"""Seconds in which nothing is kept after everything was forgotten: work that is going on may still bring in old values.
As long as a request may take by default."""
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
