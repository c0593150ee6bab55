"""Authentication of keys and sessions, which are cached for a few seconds: a revoked key works no longer than that."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

from wirematch.access.key import Caller, KeyRecord, id_of
from wirematch.access.keyring import KeyRecords, Keyring
from wirematch.access.sessions import Sessions
from wirematch.concurrency import SharedWork
from wirematch.errors import IndexUnavailableError

FRESH_SECONDS = 2.0
"""How long keys and sessions are cached."""
OUTAGE_SECONDS = 1.0
"""How long whoever may use old records waits for new ones: a scrape of metrics has ten seconds in all."""
MOST_SESSIONS = 10_000
"""Maximum number of cached sessions."""
_NOBODY, _ = KeyRecord.make("nobody", (), datetime.fromtimestamp(0, UTC))
"""Compared with tokens of unknown keys, so that these take as long as wrong ones."""


class Gate:
    """One process's view of keys and sessions.

    Every coroutine raises IndexUnavailableError when Redis does not answer; with ``in_outage``, the keys that were read
    last count then.
    """

    def __init__(self, keyring: Keyring, sessions: Sessions, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.sessions = sessions
        self._keyring = keyring
        self._clock = clock
        self._records: KeyRecords = {}
        self._callers: dict[str, Caller] = {}
        """The holders of these keys, without what their tokens are checked with."""
        self._read_at = float("-inf")
        self._reading = SharedWork[None, KeyRecords]()
        self._seen: dict[str, tuple[str | None, float]] = {}

    @property
    def had_keys_when_last_read(self) -> bool:
        """Whether any key existed when keys were last read. Does not ask Redis."""
        return bool(self._records)

    async def has_keys(self, *, in_outage: bool = False) -> bool:
        """Whether any key exists, or ever did."""
        return bool(await self._fresh(in_outage=in_outage))

    async def caller(self, token: str, *, in_outage: bool = False) -> Caller | None:
        """Return the holder of a token; None if the token is unknown or no longer valid."""
        records = await self._fresh(in_outage=in_outage)
        record = records.get(id_of(token) or "", _NOBODY)
        opened = record.opens(token)  # also for an unknown id, so that it takes as long
        return self._callers[record.id] if opened and record.valid(datetime.now(UTC)) else None

    async def signed_in(self, session: str) -> Caller | None:
        """Return the holder of a session; None if it has ended or its key is no longer valid."""
        key_id, read_at = self._seen.get(session, (None, float("-inf")))
        if self._clock() - read_at >= FRESH_SECONDS:
            if len(self._seen) >= MOST_SESSIONS:
                self._seen.clear()
            key_id = await self.sessions.key_of(session)
            self._seen[session] = (key_id, self._clock())
        record = (await self._fresh()).get(key_id or "")
        return self._callers[record.id] if record is not None and record.valid(datetime.now(UTC)) else None

    async def still_valid(self, caller: Caller | None) -> bool:
        """Whether the caller would still be let in; None is a caller from before any key existed."""
        records = await self._fresh()
        if caller is None:
            return not records
        record = records.get(caller.id)
        return record is not None and record.valid(datetime.now(UTC))

    async def sign_out(self, session: str) -> None:
        """End a session; in this process, at once."""
        self._seen.pop(session, None)
        await self.sessions.end(session)

    async def close(self) -> None:
        """End reading the keys."""
        await self._reading.close()

    async def _fresh(self, *, in_outage: bool = False) -> KeyRecords:
        if self._clock() - self._read_at < FRESH_SECONDS:
            return self._records
        if not in_outage or self._read_at == float("-inf"):
            return await self._reading.result(None, self._read)
        with contextlib.suppress(IndexUnavailableError, TimeoutError):
            async with asyncio.timeout(OUTAGE_SECONDS):
                await self._reading.result(None, self._read)
        return self._records

    async def _read(self) -> KeyRecords:
        begun = self._clock()
        self._records = await self._keyring.records()
        self._callers = {record.id: record.caller for record in self._records.values()}
        self._read_at = begun
        return self._records
