"""FastStream consumers for Redis Streams and Kafka: what comes in is stored, decided, and only then acknowledged.

``faststream run --factory wirematch.pipelines.streams.consumers:redis_app`` (or ``:kafka_app``);
docs/pipelines/stream.md. Needs the extra ``stream``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import redis.asyncio
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.redis import RedisBroker, RedisStreamMessage, StreamSub
from redis.exceptions import ResponseError

from wirematch.pipelines.streams.message_store import AwayError, FailedError, Keeper, PoisonError, StreamSettings
from wirematch_client import AsyncClient

logger = logging.getLogger(__name__)

FIELD = "data"
"""The field of a stream's entries that holds the article in JSON."""


class RedisConsumer:
    """Reads new entries of a stream, and claims those that another consumer left lying."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._redis = redis.asyncio.Redis.from_url(settings.broker_url)
        self._client = AsyncClient(settings.service_url)
        self._keeper = Keeper(self._client, settings.fields)
        self._attempts = f"{settings.name}:{settings.group}:attempts"
        self.broker = RedisBroker(settings.broker_url)
        pause = round(settings.pause_seconds * 1000)
        new = StreamSub(settings.name, group=settings.group, consumer=settings.consumer, polling_interval=pause)
        idle = StreamSub(
            settings.name,
            group=settings.group,
            consumer=settings.consumer,
            polling_interval=pause,
            min_idle_time=round(settings.idle_seconds * 1000),
        )
        for entries in (new, idle):
            self.broker.subscriber(stream=entries, ack_policy=AckPolicy.MANUAL, parser=_leave_as_it_is)(self._take)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The group exists, from the stream's first entry on; connections are closed in the end."""
        try:
            # FastStream would begin a new group behind what the stream holds already.
            await self._redis.xgroup_create(self._settings.name, self._settings.group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        try:
            yield
        finally:
            await self._client.aclose()
            await self._redis.aclose()

    async def _take(self, message: RedisStreamMessage) -> None:
        entry = message.raw_message["message_ids"][0].decode()
        raw: dict[bytes, bytes] = message.raw_message["data"]
        # Counted before it is tried, so that one that ends its consumer each time is found out, too.
        attempt = int(await self._redis.hincrby(self._attempts, entry, 1))
        try:
            kept = await self._keeper.keep(self._content(raw, attempt), f"{self._settings.name}:{entry}")
        except AwayError as error:
            logger.warning("%s waits: %s", entry, error)
            await self._redis.hincrby(self._attempts, entry, -1)
            return  # it stays pending, and is claimed again
        except FailedError as error:
            logger.warning("%s failed at attempt %d: %s", entry, attempt, error)
            if attempt < self._settings.attempts:
                return
            await self._bury(entry, raw, str(error))
        except PoisonError as error:
            await self._bury(entry, raw, str(error))
        else:
            await self._redis.xadd(self._settings.decisions, {FIELD: json.dumps(kept.told())})
        await message.ack()
        await self._redis.hdel(self._attempts, entry)

    def _content(self, raw: dict[bytes, bytes], attempt: int) -> bytes:
        if attempt > self._settings.attempts:
            raise PoisonError(f"{attempt - 1} attempts ended without a word.")
        content = raw.get(FIELD.encode())
        if content is None:
            raise PoisonError(f"The entry has no field {FIELD!r}.")
        return content

    async def _bury(self, entry: str, raw: dict[bytes, bytes], reason: str) -> None:
        """Told first and acknowledged then: a message may be told dead twice, and is never lost."""
        logger.error("%s is poison: %s", entry, reason)
        fields = raw | {b"entry": entry.encode(), b"reason": reason.encode()}
        await self._redis.xadd(self._settings.dead, fields)  # type: ignore[arg-type]  # the stubs forbid bytes alone


async def _leave_as_it_is(raw: Any, parse: Callable[[Any], Awaitable[Any]]) -> Any:
    """The entry with its fields as bytes: FastStream would fail with those that are no UTF-8, before we are asked."""
    message = await parse({**raw, "data": {FIELD.encode(): b"null"}})
    message.raw_message = raw
    return message


class KafkaConsumer:
    """Reads a topic; offsets are committed when what is before them is stored, or told dead."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._client = AsyncClient(settings.service_url)
        self._keeper = Keeper(self._client, settings.fields)
        self.broker = KafkaBroker(settings.broker_url)
        self._decisions = self.broker.publisher(settings.decisions)
        self._dead = self.broker.publisher(settings.dead)
        self.broker.subscriber(
            settings.name, group_id=settings.group, auto_offset_reset="earliest", ack_policy=AckPolicy.MANUAL
        )(self._take)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Connections are closed in the end."""
        try:
            yield
        finally:
            await self._client.aclose()

    async def _take(self, message: KafkaMessage) -> None:
        raw = message.raw_message
        assert not isinstance(raw, tuple)  # no batches were asked for
        name = f"{raw.topic}:{raw.partition}:{raw.offset}"
        failures = 0
        while True:  # a partition has an order, so that what is behind waits, too
            try:
                kept = await self._keeper.keep(message.body, name)
            except AwayError as error:
                logger.warning("%s waits: %s", name, error)
            except FailedError as error:
                failures += 1
                logger.warning("%s failed %d times: %s", name, failures, error)
                if failures >= self._settings.attempts:
                    await self._bury(message.body, name, str(error))
                    break
            except PoisonError as error:
                await self._bury(message.body, name, str(error))
                break
            else:
                await self._decisions.publish(kept.told())
                break
            await asyncio.sleep(self._settings.pause_seconds)
        await message.ack()

    async def _bury(self, content: bytes, name: str, reason: str) -> None:
        logger.error("%s is poison: %s", name, reason)
        await self._dead.publish(content, headers={"entry": name, "reason": reason})


def redis_app() -> FastStream:
    """The application for ``faststream run --factory``, with the environment's settings."""
    return _app(RedisConsumer(StreamSettings()))


def kafka_app() -> FastStream:
    """The same for Kafka."""
    return _app(KafkaConsumer(StreamSettings()))


def _app(consumer: RedisConsumer | KafkaConsumer) -> FastStream:
    return FastStream(consumer.broker, lifespan=consumer.running)
