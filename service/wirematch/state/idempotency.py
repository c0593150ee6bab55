"""Requests under keys of their senders, remembered with their answers: a repeated one does nothing."""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from wirematch.errors import RequestInFlightError, RequestKeyReusedError
from wirematch.index.connection import Argument, Store
from wirematch.index.failures import answering
from wirematch.state import scripts
from wirematch.state.attempt import Attempt

LEASE_MS = 30_000
"""After which a request of a process that died may be begun again."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A request to be worked on, or the answer that it got before."""

    worker: str
    attempt: Attempt
    answer: bytes | None = None


class Requests(Protocol):
    """Requests by the keys of their senders. Every method raises IndexUnavailableError when nobody answers."""

    async def begin(self, key: str, digest: str) -> Begun:
        """Work on a request from now on, unless it has its answer.

        RequestInFlightError when it is being worked on, RequestKeyReusedError when ``digest`` is of another one.
        """

    async def finish(self, key: str, begun: Begun, answer: bytes | None) -> None:
        """Keep the answer; None lets the next attempt begin at once."""


class RedisRequests:
    """Requests on Redis >= 7.2 or Valkey >= 8, one server or a cluster, each remembered for ``window``."""

    def __init__(self, store: Store, name: str, window: timedelta) -> None:
        self._store = store
        self._name = name
        self._window = round(window.total_seconds() * 1000)

    async def begin(self, key: str, digest: str) -> Begun:
        """See Requests."""
        worker = uuid.uuid4().hex
        args: list[Argument] = [digest, str(uuid.uuid4()), worker, LEASE_MS, self._window]
        with answering():
            state, *more = await self._store.write(scripts.BEGIN, [self._key(key)], args)
        if state == b"other":
            raise RequestKeyReusedError(key)
        if state == b"running":
            raise RequestInFlightError(key)
        if state == b"done":
            return Begun(worker, Attempt(), zlib.decompress(more[0]))
        return Begun(worker, Attempt(more[0].decode(), again=state == b"again"))

    async def finish(self, key: str, begun: Begun, answer: bytes | None) -> None:
        """See Requests."""
        packed = b"" if answer is None else zlib.compress(answer)
        with answering():
            await self._store.write(scripts.FINISH, [self._key(key)], [begun.worker, packed, self._window])

    def _key(self, key: str) -> str:
        return f"{{{self._name}:request:{key}}}"
