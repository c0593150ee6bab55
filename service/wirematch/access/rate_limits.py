"""Rate limits of keys, in requests and bytes, counted in Redis so that all processes of a service share the counts.

The algorithm is the sliding window counter of the ``limits`` library over ten seconds: a burst may use what the
preceding seconds left. A process does not ask Redis for each request. It reserves a hundredth of the window at a time,
or what requests that come at once need, and spends that within a second, so a busy key costs a few dozen round trips a
second. What is spent late exceeds the limit by no more than that share. A key without limits costs nothing.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from limits import RateLimitItem, RateLimitItemPerSecond, WindowStats
from limits.aio.storage import RedisStorage, SlidingWindowCounterSupport, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from redis.asyncio import Redis, RedisCluster

from wirematch.access.key import Caller
from wirematch.concurrency import SharedWork
from wirematch.index.connections.cluster_servers import close_cluster
from wirematch.index.connections.connection import Client, connect
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.redis_url import Topology, read_topology

WINDOW_SECONDS = 10
SHARES = 100
"""A process reserves a key's quota of one window in this many shares."""
SPENT_SECONDS = 1.0
"""Seconds in which a share must be spent; the rest of it is lost."""
REFUSED_SECONDS = 0.1
"""Seconds for which a refusal is repeated without asking Redis."""
MOST_ALLOWANCES = 1_000
"""Maximum number of allowances kept, beyond those that can still be spent."""


@dataclass(frozen=True, slots=True)
class RateDecision:
    """Whether a request is within its key's limits, with the headers that report them."""

    exceeded: str | None
    """Name of the limit that was exceeded; None if the request is allowed."""
    headers: dict[str, str]


@dataclass(slots=True)
class Allowance:
    """What a process has reserved of one limit of a key and not yet spent; Redis has counted all of it as used."""

    left: int = 0
    wanted: int = 0
    """What the requests that are being counted cost together."""
    spent_by: float = 0.0
    """Monotonic time at which the rest is lost."""
    refused: int = 0
    """The cost that was refused last."""
    refused_until: float = 0.0
    elsewhere: int = 0
    """What was left in Redis at the last request."""
    resets_at: float = 0.0
    """Monotonic time."""

    def spend(self, cost: int, now: float) -> bool | None:
        """Whether ``cost`` is within the limit; None if Redis must be asked."""
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
        """Add what Redis granted."""
        self.left += amount
        self.spent_by = now + SPENT_SECONDS

    def refuse(self, cost: int, now: float) -> None:
        """Remember that Redis refused ``cost``."""
        self.refused, self.refused_until = cost, now + REFUSED_SECONDS


class _WindowCounter(SlidingWindowCounterRateLimiter):
    """The algorithm of the library, which tells from one look at the counts also for how long they stay."""

    async def look(self, item: RateLimitItem, *of: str) -> tuple[WindowStats, float]:
        """Return what ``get_window_stats`` does, and the seconds for which the counts stay."""
        assert isinstance(self.storage, SlidingWindowCounterSupport)
        expiry = item.get_expiry()
        before, before_stays, now, now_stays = await self.storage.get_sliding_window(item.key_for(*of), expiry)
        weighed = self._weighted_count(item, before, before_stays, now)
        resets = [before_stays % (expiry / before)] if before else []
        resets += [now_stays % expiry] if now else []
        stats = WindowStats(time.time() + min(resets, default=0.0), max(0, item.amount - math.floor(weighed)))
        return stats, max(before_stays, now_stays)


class RateLimits:
    """The rate limits of all keys, as one process sees them; ``prefix`` starts the names of all Redis keys."""

    def __init__(self, url: str, timeout: float, prefix: str) -> None:
        self._url, self._timeout, self._prefix = url, timeout, prefix
        self._allowances: dict[tuple[str, str], Allowance] = {}
        self._asking = SharedWork[tuple[str, str], None]()
        self._client: Client | None = None
        self._storage: Storage | None = None
        self._strategy: _WindowCounter | None = None

    async def admit(self, caller: Caller, size: int) -> RateDecision:
        """Count a request with a body of ``size`` bytes. Raises IndexUnavailableError.

        The headers follow draft-ietf-httpapi-ratelimit-headers-10.
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
            within, left, seconds = await self._count(quota, name, caller.id, cost)
            policies.append(f'"{name}";q={quota};w={WINDOW_SECONDS}')
            states.append(f'"{name}";r={left};t={seconds}')
            if not within and exceeded is None:
                exceeded, wait = name, seconds
        headers = {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)} if policies else {}
        if exceeded is not None:
            headers["Retry-After"] = str(wait)
        return RateDecision(exceeded, headers)

    async def _count(self, quota: int, name: str, key_id: str, cost: int) -> tuple[bool, int, int]:
        """Return whether the cost is within the quota, what is left, and the seconds until there is more."""
        allowance = self._allowance(name, key_id, time.monotonic())
        allowance.wanted += cost
        try:
            while (within := allowance.spend(cost, now := time.monotonic())) is None:
                # Requests that come at once ask once: if each reserved a share, the quota might be gone.
                await self._asking.result((name, key_id), lambda: self._reserve(allowance, quota, name, key_id, cost))
        finally:
            allowance.wanted -= cost
        return within, allowance.elsewhere + allowance.left, max(1, math.ceil(allowance.resets_at - now))

    async def _reserve(self, allowance: Allowance, quota: int, name: str, key_id: str, cost: int) -> None:
        """Ask Redis for a share, or for all that is wanted now; if that is refused, for ``cost`` alone."""
        strategy, item = self._opened(), RateLimitItemPerSecond(quota, WINDOW_SECONDS)
        part = max(allowance.wanted, cost, quota // SHARES)
        with translated_errors():
            within = await strategy.hit(item, name, key_id, cost=part) if part else True
            if not within and part > cost:
                part = cost
                within = await strategy.hit(item, name, key_id, cost=part) if part else True
            stats, lasts = await strategy.look(item, name, key_id)
            if not within and lasts > 2 * WINDOW_SECONDS:
                # The clock of Redis, by which counts expire, was set back: they would count until it is there.
                await strategy.clear(item, name, key_id)
                within = await strategy.hit(item, name, key_id, cost=part)
                stats, _ = await strategy.look(item, name, key_id)
        now = time.monotonic()  # Redis may have taken longer to answer than a share lasts
        if within:
            allowance.take(part, now)
        else:
            allowance.refuse(cost, now)
        allowance.elsewhere = max(stats.remaining, 0)
        allowance.resets_at = now + stats.reset_time - time.time()

    def _allowance(self, name: str, key_id: str, now: float) -> Allowance:
        found = self._allowances.get((name, key_id))
        if found is None:
            if len(self._allowances) >= MOST_ALLOWANCES:
                self._allowances = {of: one for of, one in self._allowances.items() if one.spent_by > now}
            found = self._allowances[name, key_id] = Allowance()
        return found

    def _opened(self) -> _WindowCounter:
        if self._strategy is None:
            self._storage = storage = self._make_storage()
            self._strategy = _WindowCounter(storage)
        return self._strategy

    def _make_storage(self) -> Storage:
        topology, plain = read_topology(self._url)
        if topology is Topology.CLUSTER:
            options = {"socket_timeout": self._timeout, "socket_connect_timeout": self._timeout}
            url = plain.replace("://", "+cluster://", 1)
            storage = storage_from_string(f"async+{url}", implementation="redispy", key_prefix=self._prefix, **options)
            assert isinstance(storage, Storage)
            return storage
        # The library supports fewer URL schemes than ``connect``, so it is given a connection pool.
        self._client = client = connect(self._url, self._timeout)
        assert isinstance(client, Redis)
        pool: Any = client.connection_pool
        return RedisStorage("async+redis://", implementation="redispy", key_prefix=self._prefix, connection_pool=pool)

    async def close(self) -> None:
        """Close the connections."""
        await self._asking.close()
        bridge = getattr(self._storage, "bridge", None)
        if bridge is not None:
            storage = bridge.storage
            await (close_cluster(storage) if isinstance(storage, RedisCluster) else storage.aclose())
        if self._client is not None:
            await self._client.aclose()
