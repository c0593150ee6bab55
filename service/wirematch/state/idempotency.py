"""Idempotency keys: a retried request gets the response of the first and has no further effect."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, Self

from wirematch.errors import RequestInFlightError, RequestKeyReusedError, WirematchError
from wirematch.index.connections.connection import Store
from wirematch.index.connections.redis_errors import translated_errors
from wirematch.index.connections.servers import Argument
from wirematch.index.keys import Namespace
from wirematch.state import scripts
from wirematch.state.mentions import Mention, Mentions, Place

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.2
"""Pause between attempts while the store is unavailable."""
MOST_LATE = 10_000
"""Leases that are remembered; the oldest are left to expire."""

Release = Callable[[], Awaitable[None]]


LEASE_MS = 30_000
"""Lease of a request being processed. When it expires, the process has died and a retry is processed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to process a request."""

    article_id: str | None = None
    """Id for an article sent without one. All attempts get the same, so the article is stored once."""
    again: bool = False
    """Whether an earlier attempt did not complete and may have stored the article."""


FIRST_ATTEMPT = Attempt()
"""The attempt of a request without an idempotency key."""


class KeptAnswer(NamedTuple):
    """The response to a request."""

    status: int
    media_type: str | None
    body: str
    """JSON."""

    def encode(self) -> bytes:
        """Return the encoded, compressed response."""
        return zlib.compress(json.dumps(self).encode())

    @classmethod
    def decode(cls, written: bytes) -> Self:
        """Decode what ``encode`` returned."""
        return cls(*json.loads(zlib.decompress(written)))

    @property
    def article_ids(self) -> list[str]:
        """Ids of all articles that the response names."""
        return list(dict.fromkeys(_ids_in(json.loads(self.body or "null"))))

    def shortened(self) -> Self:
        """Return the response without nested values, which say something about articles."""
        said = json.loads(self.body or "null")
        if not isinstance(said, dict):
            return self
        plain = {name: None if isinstance(value, dict | list) else value for name, value in said.items()}
        return self._replace(body=json.dumps(plain))


def _ids_in(said: Any) -> Iterator[str]:
    for name, value in said.items() if isinstance(said, dict) else enumerate(said if isinstance(said, list) else ()):
        if name in ("id", "original_id") and isinstance(value, str):
            yield value
        yield from _ids_in(value)


@dataclass(frozen=True, slots=True)
class BegunRequest:
    """A request that the caller must process, or the response that it got earlier."""

    worker: str
    """Random token that owns the lease."""
    attempt: Attempt
    answer: KeptAnswer | None = None


class IdempotencyKeys:
    """Requests by idempotency key, each kept for ``window``.

    Every method raises IndexUnavailableError when Redis does not answer. A lease that cannot be returned, or that may
    or may not have been granted, is returned as soon as Redis answers again, so that whoever repeats the request need
    not wait until it expires.
    """

    def __init__(self, store: Store, namespace: Namespace, window: timedelta) -> None:
        self._store = store
        self._namespace = namespace
        self._window = round(window.total_seconds() * 1000)
        self._mentions = Mentions(store, namespace)
        self._late = LateReleases(lambda: LEASE_MS)

    async def begin(self, key: str, digest: str) -> BegunRequest:
        """Take the lease of a request, or return its response if it has one.

        ``digest`` identifies the content of the request. Raises RequestInFlightError while another process has the
        lease, and RequestKeyReusedError if the key was used with another digest.
        """
        worker = uuid.uuid4().hex
        args: list[Argument] = [digest, str(uuid.uuid4()), worker, LEASE_MS, self._window]
        try:
            with translated_errors():
                outcome, *more = await self._store.write(scripts.BEGIN, [self._namespace.idempotency_key(key)], args)
        except WirematchError:
            self._late.add(worker, lambda: self._finish(key, worker, None))
            raise
        if outcome == b"mismatch":
            raise RequestKeyReusedError(key)
        if outcome == b"running":
            raise RequestInFlightError(key)
        if outcome == b"done":
            return BegunRequest(worker, Attempt(), KeptAnswer.decode(more[0]))
        return BegunRequest(worker, Attempt(more[0].decode(), again=outcome == b"retry"))

    async def finish(self, key: str, begun: BegunRequest, answer: KeptAnswer | None) -> None:
        """Release the lease and keep the response; with None, a retry is processed again."""
        try:
            await self._finish(key, begun.worker, answer)
        except WirematchError:
            self._late.add(begun.worker, lambda: self._finish(key, begun.worker, None))
            raise

    async def _finish(self, key: str, worker: str, answer: KeptAnswer | None) -> None:
        compressed = b"" if answer is None else answer.encode()
        if answer is not None:
            window = timedelta(milliseconds=self._window)
            await self._mentions.note([(Mention(Place.ANSWER, key), answer.article_ids)], window)
        args: list[Argument] = [worker, compressed, self._window]
        with translated_errors():
            await self._store.write(scripts.FINISH, [self._namespace.idempotency_key(key)], args)

    async def shorten(self, key: str) -> None:
        """Reduce a response to ``shortened``. It must not be deleted, or a late retry would store the article again."""
        keys = [self._namespace.idempotency_key(key)]
        with translated_errors():
            while (found := await self._store.read(scripts.READ_ANSWER, keys)) is not None:
                shortened = KeptAnswer.decode(found).shortened().encode()
                if await self._store.write(scripts.SWAP_ANSWER, keys, [found, shortened]):
                    return

    async def forget(self, key: str, begun: BegunRequest) -> None:
        """Release the lease and keep nothing of the request."""
        try:
            await self._forget(key, begun.worker)
        except WirematchError:
            self._late.add(begun.worker, lambda: self._forget(key, begun.worker))
            raise

    async def _forget(self, key: str, worker: str) -> None:
        with translated_errors():
            await self._store.write(scripts.FORGET, [self._namespace.idempotency_key(key)], [worker])


class LateReleases:
    """Leases of one process, which it tries to release until they expire."""

    def __init__(self, lease_ms: Callable[[], int]) -> None:
        self._lease_ms = lease_ms
        self._left: dict[str, tuple[float, Release]] = {}
        """By worker: when the lease expires (``time.monotonic``), and what releases it."""
        self._task: asyncio.Task[None] | None = None

    def add(self, worker: str, release: Release) -> None:
        """Release the lease of this worker, in the background."""
        self._left[worker] = time.monotonic() + self._lease_ms() / 1000, release
        while len(self._left) > MOST_LATE:
            del self._left[next(iter(self._left))]
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._give_back())

    async def _give_back(self) -> None:
        while self._left:
            worker, (until, release) = next(iter(self._left.items()))
            try:
                if time.monotonic() < until:
                    await release()
            except WirematchError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            except Exception:
                log.exception("a lease could not be released; it expires by itself")
            self._left.pop(worker, None)
