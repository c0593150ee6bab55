"""Requests and bytes a second of each key, counted in Redis, so that all processes of a service share one count.

The counting is that of the ``limits`` library, a sliding window of ten seconds: a burst may use what the seconds before
left. A process does not ask Redis for each request: it takes a hundredth of the window at once and spends that within a
second, so that a busy key costs a few dozen round trips a second. What is spent late makes a window larger by no more
than that part. A key without limits costs nothing here.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from redis.asyncio import Redis

from wirematch.access.key import Caller
from wirematch.index.connections.connection import Client, connect
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.redis_url import Topology, read_topology

WINDOW_SECONDS = 10
SHARES = 100
"""In so many parts a process takes what a key may send in a window."""
SPENT_SECONDS = 1.0
"""Within which a part must be spent; what is left then is lost."""
REFUSED_SECONDS = 0.1
"""For which a refusal holds without asking Redis again."""
MOST_ALLOWANCES = 1_000
"""Those that are remembered; more only as far as they can still be spent."""


@dataclass(frozen=True, slots=True)
class RateDecision:
    """Whether a request is within its key's limits, and what its answer says of them."""

    exceeded: str | None
    """Which limit it would exceed."""
    headers: dict[str, str]


@dataclass(slots=True)
class Allowance:
    """What a process has taken of one limit of a key and not spent; the shared count has all of it."""

    left: int = 0
    spent_by: float = 0.0
    """Monotonic; what is left then is lost."""
    refused: int = 0
    """What was too much a moment ago."""
    refused_until: float = 0.0
    elsewhere: int = 0
    """What the shared count had left."""
    resets_at: float = 0.0
    """By the clock."""

    def spend(self, cost: int, now: float) -> bool | None:
        """Whether ``cost`` is within the limit; None where the shared count must be asked."""
        if now < self.refused_until and cost >= self.refused:
            return False
        if now >= self.spent_by:
            self.left = 0
            return None
        if cost > self.left:
            return None
        self.left -= cost
        return True

    def take(self, amount: int, now: float) -> None:
        """Add what the shared count gave beyond what was asked for."""
        self.left += amount
        self.spent_by = now + SPENT_SECONDS

    def refuse(self, cost: int, now: float) -> None:
        """Note that the shared count did not give ``cost``."""
        self.refused, self.refused_until = cost, now + REFUSED_SECONDS


class RateLimits:
    """Of one process; ``prefix`` goes before the names of all its keys."""

    def __init__(self, url: str, timeout: float, prefix: str) -> None:
        self._url, self._timeout, self._prefix = url, timeout, prefix
        self._allowances: dict[tuple[str, str], Allowance] = {}
        self._client: Client | None = None
        self._storage: Storage | None = None
        self._strategy: SlidingWindowCounterRateLimiter | None = None

    async def admit(self, caller: Caller, size: int) -> RateDecision:
        """Count a request with a body of ``size`` bytes; IndexUnavailableError.

        The headers are those of draft-ietf-httpapi-ratelimit-headers-10.
        """
        exceeded: str | None = None
        policies: list[str] = []
        states: list[str] = []
        wait = 0
        for name, a_second, cost in (
            ("requests", caller.requests_per_second, 1),
            ("bytes", caller.bytes_per_second, size),
        ):
            if a_second is None:
                continue
            quota = a_second * WINDOW_SECONDS
            within, left, seconds = await self._count(quota, name, caller.key_id, cost)
            policies.append(f'"{name}";q={quota};w={WINDOW_SECONDS}')
            states.append(f'"{name}";r={left};t={seconds}')
            if not within and exceeded is None:
                exceeded, wait = name, seconds
        headers = {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)} if policies else {}
        if exceeded is not None:
            headers["Retry-After"] = str(wait)
        return RateDecision(exceeded, headers)

    async def _count(self, quota: int, name: str, key_id: str, cost: int) -> tuple[bool, int, int]:
        """Whether it is within, what is left, and seconds until there is more."""
        now = time.monotonic()
        allowance = self._allowance(name, key_id, now)
        within = allowance.spend(cost, now)
        if within is None:
            strategy, item = self._opened(), RateLimitItemPerSecond(quota, WINDOW_SECONDS)
            part = max(cost, quota // SHARES)
            with translated_errors():
                within = await strategy.hit(item, name, key_id, cost=part) if part else True
                if not within and part > cost:
                    part = cost
                    within = await strategy.hit(item, name, key_id, cost=part) if part else True
                stats = await strategy.get_window_stats(item, name, key_id)
            if within:
                allowance.take(part - cost, now)
            else:
                allowance.refuse(cost, now)
            allowance.elsewhere, allowance.resets_at = max(stats.remaining, 0), stats.reset_time
        return within, allowance.elsewhere + allowance.left, max(1, math.ceil(allowance.resets_at - time.time()))

    def _allowance(self, name: str, key_id: str, now: float) -> Allowance:
        found = self._allowances.get((name, key_id))
        if found is None:
            if len(self._allowances) >= MOST_ALLOWANCES:
                self._allowances = {of: one for of, one in self._allowances.items() if one.spent_by > now}
            found = self._allowances[name, key_id] = Allowance()
        return found

    def _opened(self) -> SlidingWindowCounterRateLimiter:
        if self._strategy is None:
            self._storage = storage = self._make_storage()
            self._strategy = SlidingWindowCounterRateLimiter(storage)
        return self._strategy

    def _make_storage(self) -> Storage:
        topology, plain = read_topology(self._url)
        if topology is Topology.CLUSTER:
            options = {"socket_timeout": self._timeout, "socket_connect_timeout": self._timeout}
            url = plain.replace("://", "+cluster://", 1)
            storage = storage_from_string(f"async+{url}", implementation="redispy", key_prefix=self._prefix, **options)
            assert isinstance(storage, Storage)
            return storage
        # The library reads fewer URLs than connect does, so it is given the connections.
        self._client = client = connect(self._url, self._timeout)
        assert isinstance(client, Redis)
        pool: Any = client.connection_pool
        return RedisStorage("async+redis://", implementation="redispy", key_prefix=self._prefix, connection_pool=pool)

    async def close(self) -> None:
        """Give back connections."""
        bridge = getattr(self._storage, "bridge", None)
        if bridge is not None:
            await bridge.storage.aclose()
        if self._client is not None:
            await self._client.aclose()
