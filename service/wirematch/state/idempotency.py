"""Requests under keys of their senders, remembered with their answers: a repeated one does nothing."""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from wirematch.errors import RequestInFlightError, RequestKeyReusedError
from wirematch.index.connection import Argument, Store
from wirematch.index.redis_errors import translated_errors
from wirematch.state import scripts

LEASE_MS = 30_000
"""After which a request of a process that died may be begun again."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request."""

    article_id: str | None = None
    """The id of an article that comes without one: the same in every attempt, so that it is stored once."""
    again: bool = False
    """Whether an earlier attempt was broken off, and may have stored the article."""


FIRST_ATTEMPT = Attempt()
"""Of a request that nobody promised to recognise."""


@dataclass(frozen=True, slots=True)
class BegunRequest:
    """A request to be worked on, or the answer that it got before."""

    worker: str
    attempt: Attempt
    answer: bytes | None = None


class IdempotencyKeys(Protocol):
    """Requests by the keys of their senders. Every method raises IndexUnavailableError when nobody answers."""

    async def begin(self, key: str, digest: str) -> BegunRequest:
        """Work on a request from now on, unless it has its answer.

        RequestInFlightError when it is being worked on, RequestKeyReusedError when ``digest`` is of another one.
        """

    async def finish(self, key: str, begun: BegunRequest, answer: bytes | None) -> None:
        """Keep the answer; None lets the next attempt begin at once."""


class RedisIdempotencyKeys:
    """Requests on Redis >= 7.2 or Valkey >= 8, one server or a cluster, each remembered for ``window``."""

    def __init__(self, store: Store, name: str, window: timedelta) -> None:
        self._store = store
        self._name = name
        self._window = round(window.total_seconds() * 1000)

    async def begin(self, key: str, digest: str) -> BegunRequest:
        """See IdempotencyKeys."""
        worker = uuid.uuid4().hex
        args: list[Argument] = [digest, str(uuid.uuid4()), worker, LEASE_MS, self._window]
        with translated_errors():
            state, *more = await self._store.write(scripts.BEGIN, [self._key(key)], args)
        if state == b"other":
            raise RequestKeyReusedError(key)
        if state == b"running":
            raise RequestInFlightError(key)
        if state == b"done":
            return BegunRequest(worker, Attempt(), zlib.decompress(more[0]))
        return BegunRequest(worker, Attempt(more[0].decode(), again=state == b"again"))

    async def finish(self, key: str, begun: BegunRequest, answer: bytes | None) -> None:
        """See IdempotencyKeys."""
        packed = b"" if answer is None else zlib.compress(answer)
        with translated_errors():
            await self._store.write(scripts.FINISH, [self._key(key)], [begun.worker, packed, self._window])

    def _key(self, key: str) -> str:
        return f"{{{self._name}:request:{key}}}"
