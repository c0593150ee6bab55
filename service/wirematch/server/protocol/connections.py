"""Limits on connections, in total and per client; a new one may displace one that waits for its client."""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

OWN_FILES = 128
"""Open files that are not client connections: Redis, logs, listening sockets."""
SPARED_SECONDS = 1.0
"""How long a waiting connection cannot be displaced."""


class Connection(Protocol):
    """A client's connection."""

    peer: str
    """IP address of the client."""
    waiting_since: float | None
    """When it began to wait for the client; None while the client waits for us."""

    def displace(self) -> None:
        """Close it to make room."""


class Connections:
    """The connections of one process. Not thread-safe."""

    def __init__(self, most: int, most_of_one: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._most = most
        self._most_of_one = most_of_one
        self._held: dict[Connection, None] = {}
        self._of: Counter[str] = Counter()

    def enter(self, newcomer: Connection) -> bool:
        """Admit a connection, displacing the one that has waited longest if needed; return whether it was admitted."""
        if self._of[newcomer.peer] >= self._most_of_one and not self._displace(
            held for held in self._held if held.peer == newcomer.peer
        ):
            return False
        if len(self._held) >= self._most and not self._displace(iter(self._held)):
            return False
        self._held[newcomer] = None
        self._of[newcomer.peer] += 1
        return True

    def leave(self, connection: Connection) -> None:
        """Remove a connection that has ended, whether it was admitted or not."""
        if connection in self._held:
            del self._held[connection]
            self._of[connection.peer] -= 1
            if not self._of[connection.peer]:
                del self._of[connection.peer]

    def _displace(self, among: Iterator[Connection]) -> bool:
        waiting = [(held.waiting_since, held) for held in among if held.waiting_since is not None]
        if not waiting:
            return False
        since, longest = min(waiting, key=lambda entry: entry[0])
        if self.clock() - since < SPARED_SECONDS:
            return False
        self.leave(longest)
        longest.displace()
        return True


def affordable(most: int) -> int:
    """Return how many connections the limit on open files allows, after raising it as far as possible."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        hard = max(soft, most + OWN_FILES)
    wanted = min(most + OWN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        soft = wanted
    return max(min(most, soft - OWN_FILES), 8)
