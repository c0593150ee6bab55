"""The consumer of a Redis stream: it acknowledges an entry once its article is stored and the decision is published."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from enum import IntEnum
from typing import NamedTuple

import redis.asyncio
from faststream import AckPolicy
from faststream.redis import RedisBroker, RedisStreamMessage, StreamSub
from redis.exceptions import RedisError, ResponseError

from wirematch.concurrency import to_its_end
from wirematch.errors import WirematchError
from wirematch.index.connections.scripts import load_script
from wirematch.pipelines.streams.message_store import (
    AttemptFailedError,
    MessageStore,
    PoisonMessageError,
    ServiceAwayError,
)
from wirematch.pipelines.streams.reading import EntryReader
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch.pipelines.streams.subscribers import (
    FIELD,
    parse_as_bytes,
    pause_if_refused,
    read_with,
    wait_when_stopped,
)
from wirematch_client import AsyncClient

logger = logging.getLogger(__name__)

LONGEST_ATTEMPT = 0.8
"""Share of ``idle_seconds`` after which an attempt is given up, as another consumer would begin its own."""
LONGEST_READ = 2.0
"""Seconds for which a read waits for a new entry: less than redis-py waits for any answer."""
MOST_FIELDS = 3_000
"""Fields of an entry that a script can publish: Lua passes at most about 8,000 values."""

PUBLISH = load_script("wirematch.pipelines.streams", "publish")
KEEP = load_script("wirematch.pipelines.streams", "keep")


class _Outcome(NamedTuple):
    """What has become of an entry."""

    stream: str
    """Where it is published."""
    fields: dict[bytes, bytes]


class _Kept(IntEnum):
    """What the script ``keep`` found: the entry is another consumer's, this one's, or in the stream no more."""

    NOT = 0
    KEPT = 1
    TRIMMED = 2


class StreamGroupGoneError(WirematchError):
    """The consumer group, or its stream, was deleted while it was read."""

    type = "stream-group-gone"
    title = "The consumer group is gone"


class RedisConsumer:
    """Reads new entries of a stream, and claims those that another consumer did not acknowledge in time."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._redis = redis.asyncio.Redis.from_url(settings.broker_url)
        self._client = AsyncClient(settings.service_url)
        self._store = MessageStore(self._client, settings.fields)
        self._attempts = f"{settings.name}:{settings.group}:attempts"
        self._publishing = self._redis.register_script(PUBLISH.text)
        self._keeping = self._redis.register_script(KEEP.text)
        self._held: set[str] = set()
        """Entries in work. After it stood still, or waited for the service, it may claim one from itself."""
        self.broker = RedisBroker(settings.broker_url)
        pause = round(settings.pause_seconds * 1000)
        # One at a time: entries that wait here for their turn would seem idle, and nobody else could take them.
        new = StreamSub(
            settings.name,
            group=settings.group,
            consumer=settings.consumer,
            polling_interval=min(pause, round(LONGEST_READ * 1000)),
            max_records=1,
        )
        idle = StreamSub(
            settings.name,
            group=settings.group,
            consumer=settings.consumer,
            polling_interval=pause,
            min_idle_time=round(settings.idle_seconds * 1000),
        )
        reader = EntryReader(settings, self._redis, self._held, self._goes_on)
        for entries, read in ((new, reader.take_or_wait), (idle, reader.claim_or_wait)):
            subscriber = self.broker.subscriber(stream=entries, ack_policy=AckPolicy.MANUAL, parser=parse_as_bytes)
            subscriber(self._handle)
            read_with(subscriber, read)
            pause_if_refused(subscriber, settings)
            wait_when_stopped(subscriber)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Create the consumer group at the stream's first entry, and close the connections at the end.

        Raises StreamGroupGoneError at the end if the group is no longer there: FastStream stops then as if it had been
        told to, and nobody would start it again.
        """
        try:
            # FastStream itself would create the group at the stream's end, and skip what is in it.
            await self._redis.xgroup_create(self._settings.name, self._settings.group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        await self._forget_attempts()
        try:
            yield
            await self._check_group()
        finally:
            await self._client.aclose()
            await self._redis.aclose()

    async def _forget_attempts(self) -> None:
        """Remove counts of entries that nobody will attempt again.

        They were trimmed while they waited, belong to a group that was deleted, or were counted by a consumer that
        stood still while another finished them. An entry is pending before it is counted, so none is lost.
        """
        async for entry, _ in self._redis.hscan_iter(self._attempts):
            if not await self._redis.xpending_range(self._settings.name, self._settings.group, entry, entry, 1):
                await self._redis.hdel(self._attempts, entry)

    async def _check_group(self) -> None:
        name, group = self._settings.name, self._settings.group
        try:
            groups = await self._redis.xinfo_groups(name)
        except ResponseError:  # no such stream
            groups = []
        except RedisError:  # it cannot say
            return
        if not any(one["name"] == group.encode() for one in groups):
            raise StreamGroupGoneError(
                f"The group {group!r} of the stream {name!r} was deleted. Start the consumer again: it makes the group "
                "anew and reads the stream from its beginning, which changes nothing that is stored."
            )

    async def _handle(self, message: RedisStreamMessage) -> None:
        entry = message.raw_message["message_ids"][0].decode()
        if entry in self._held:
            return  # it stays pending, and is claimed again if this attempt leaves it so
        self._held.add(entry)
        try:
            await self._handle_entry(entry, message.raw_message["data"])
        finally:
            self._held.remove(entry)

    async def _handle_entry(self, entry: str, raw: dict[bytes, bytes]) -> None:
        try:
            while (outcome := await self._outcome(entry, raw)) is None:
                await asyncio.sleep(self._settings.pause_seconds)
                if await self._keep(entry) is not _Kept.TRIMMED:
                    return  # the entry stays pending and is claimed again
                if not self._goes_on():
                    outcome = self._dead_letter(entry, raw, "It was trimmed from the stream before it could be stored.")
                    break
            await self._publish(entry, outcome)
        except RedisError as error:
            logger.warning("%s waits for Redis: %s", entry, error)
            await asyncio.sleep(self._settings.pause_seconds)

    async def _outcome(self, entry: str, raw: dict[bytes, bytes]) -> _Outcome | None:
        try:
            return await self._attempt(entry, raw)
        except ServiceAwayError:
            return await self._attempt_until_ready(entry, raw)

    async def _attempt_until_ready(self, entry: str, raw: dict[bytes, bytes]) -> _Outcome | None:
        """Attempt an entry again and again, the last time when the service is ready.

        Until then it is away for all entries: later ones would overtake this one, and all would be pending in the end.
        A consumer that is told to end attempts it no more.
        """
        ready = False
        while not ready and self._goes_on():
            await asyncio.sleep(self._settings.pause_seconds)
            with contextlib.suppress(TimeoutError):
                async with self._bounded():
                    ready = await self._client.ready()
            if await self._keep(entry) is _Kept.NOT:
                return None  # another consumer has claimed it
            with contextlib.suppress(ServiceAwayError):
                return await self._attempt(entry, raw)
        return None

    def _goes_on(self) -> bool:
        """Whether the consumer has not been told to end."""
        return all(subscriber.running for subscriber in self.broker.subscribers)

    async def _keep(self, entry: str) -> _Kept:
        keys, args = [self._settings.name, self._attempts], [self._settings.group, self._settings.consumer, entry]
        return _Kept(await self._keeping(keys, args))

    def _bounded(self) -> asyncio.Timeout:
        return asyncio.timeout(LONGEST_ATTEMPT * self._settings.idle_seconds)

    async def _publish(self, entry: str, outcome: _Outcome) -> None:
        """Publish, acknowledge and forget the attempts in one step.

        A consumer that is killed in between would leave the count, or another would publish again.
        """
        if len(outcome.fields) > MOST_FIELDS:
            await self._publish_long(entry, outcome)
            return
        fields = [part for field in outcome.fields.items() for part in field]
        keys = [self._settings.name, self._attempts, outcome.stream]
        if not await self._publishing(keys, [self._settings.group, entry, *fields]):
            logger.warning("%s was finished by another consumer", entry)

    async def _publish_long(self, entry: str, outcome: _Outcome) -> None:
        """Publish poison with more fields than a script can, also if another consumer did so before."""
        async with self._redis.pipeline(transaction=True) as together:
            together.xadd(outcome.stream, outcome.fields)  # type: ignore[arg-type] # the stubs forbid bytes alone
            together.xack(self._settings.name, self._settings.group, entry)
            together.hdel(self._attempts, entry)
            await together.execute()

    async def _attempt(self, entry: str, raw: dict[bytes, bytes]) -> _Outcome | None:
        """Store the article in an entry; return what is to be published; None if the entry is not done with.

        Raises ServiceAwayError.
        """
        # Counted before the attempt, so that a message that crashes its consumer counts, too.
        attempt = await self._count(entry, 1)
        try:
            async with self._bounded():
                kept = await self._store.store(self._content(raw, attempt), f"{self._settings.name}:{entry}")
        except (ServiceAwayError, TimeoutError, asyncio.CancelledError) as error:
            await to_its_end(self._count(entry, -1))
            if isinstance(error, asyncio.CancelledError):  # the consumer was told to end
                raise
            reason = str(error) or "the service does not answer in time"
            logger.warning("%s waits: %s", entry, reason)
            raise ServiceAwayError(reason) from error
        except AttemptFailedError as error:
            logger.warning("%s failed at attempt %d: %s", entry, attempt, error)
            return None if attempt < self._settings.attempts else self._dead_letter(entry, raw, str(error))
        except PoisonMessageError as error:
            return self._dead_letter(entry, raw, str(error))
        return _Outcome(self._settings.decisions, {FIELD.encode(): json.dumps(kept.as_message()).encode()})

    async def _count(self, entry: str, attempts: int) -> int:
        return int(await self._redis.hincrby(self._attempts, entry, attempts))

    def _content(self, raw: dict[bytes, bytes], attempt: int) -> bytes:
        if attempt > self._settings.attempts:
            raise PoisonMessageError(f"{attempt - 1} attempts ended without an outcome: the consumer died.")
        content = raw.get(FIELD.encode())
        if content is None:
            raise PoisonMessageError(f"The entry has no field {FIELD!r}.")
        return content

    def _dead_letter(self, entry: str, raw: dict[bytes, bytes], reason: str) -> _Outcome:
        logger.error("%s is poison: %s", entry, reason)
        return _Outcome(self._settings.dead, raw | {b"entry": entry.encode(), b"reason": reason.encode()})
