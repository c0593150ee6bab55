"""A limit on concurrent commands to each server.

Further ones wait: redis-py opens a connection for each command and fails beyond 100. In a cluster, each server has a
limit of its own, as one that hangs must not hold up the others.
"""

from __future__ import annotations

import asyncio

MOST_AT_ONCE = 64
"""Concurrent commands to one server."""


class Rooms:
    """The rooms of all servers, by name; one server alone needs no name."""

    def __init__(self) -> None:
        self._rooms: dict[str, asyncio.Semaphore] = {}

    def at(self, server: str = "") -> asyncio.Semaphore:
        """Return the room of a server, within which a command is sent and answered."""
        if server not in self._rooms:
            self._rooms[server] = asyncio.Semaphore(MOST_AT_ONCE)
        return self._rooms[server]
