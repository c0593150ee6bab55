"""The consumer of a Kafka topic: it commits an offset once all earlier messages are stored or known to be poison."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, MessageSizeTooLargeError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from wirematch.pipelines.streams.message_store import (
    MessageStore,
    PoisonMessageError,
    ServiceAwayError,
)
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch_client import AsyncClient

logger = logging.getLogger(__name__)

LONGEST_WAIT_MS = 2**31 - 1
"""Milliseconds for which a message may wait while the partition stays with this consumer: as long as Kafka can count.
A consumer that gave it up sooner, as by default after five minutes, would only hand on the waiting. One that is dead is
noticed by its heartbeats."""
LARGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes of a message that this consumer tries to publish; the topic may take less."""

Publish = Callable[[], Awaitable[Any]]


class KafkaConsumer:
    """Reads a topic; an offset is committed once all earlier messages are stored or in the dead-letter topic."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._client = AsyncClient(settings.service_url)
        self._store = MessageStore(self._client, settings.fields)
        self.broker = KafkaBroker(settings.broker_url, max_request_size=LARGEST_MESSAGE)
        self._decisions = self.broker.publisher(settings.decisions)
        self._dead = self.broker.publisher(settings.dead)
        self._subscriber = self.broker.subscriber(
            settings.name,
            group_id=settings.group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            max_poll_interval_ms=LONGEST_WAIT_MS,
            parser=_parse_without_content,
        )
        self._subscriber(self._handle)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Close the connections at the end."""
        try:
            yield
        finally:
            await self._client.aclose()

    async def _handle(self, message: KafkaMessage) -> None:
        """Store an article, publish its decision and commit, however often each has to be attempted.

        A partition is ordered, so later messages wait. Nothing is raised, as FastStream would go on with the next
        message, whose commit passes over this one. Without a commit, the message is delivered again: it is left so if
        the consumer is told to end, or the partition was given to another.
        """
        raw = message.raw_message
        assert not isinstance(raw, tuple)  # the subscriber is not for batches
        name = f"{raw.topic}:{raw.partition}:{raw.offset}"
        publish: Publish | None = None
        published, failures = False, 0
        while await self._holds(raw):
            try:
                publish = publish or await self._attempt(raw, name, failures)
                if not published:
                    await publish()
                    published = True
                await message.ack()
            except ServiceAwayError as error:
                logger.warning("%s waits: %s", name, error)
            except KafkaError as error:
                logger.warning("%s waits for Kafka: %s", name, error)
            except Exception as error:  # noqa: BLE001 - see above
                failures += 1
                logger.warning("%s failed %d times: %s", name, failures, error or type(error).__name__)
            else:
                return
            await asyncio.sleep(self._settings.pause_seconds)
        logger.info("%s is left to be delivered again", name)

    async def _holds(self, raw: ConsumerRecord[Any, Any]) -> bool:
        """Whether a message is still to be handled here.

        Otherwise another consumer has stored it, and newer versions of its article, which an attempt would undo.
        """
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        if consumer is None or not self._subscriber.running:
            return False
        partition = TopicPartition(raw.topic, raw.partition)
        try:
            return bool(await consumer.position(partition) == raw.offset + 1)
        except IllegalStateError:  # the partition was given to another consumer
            return False

    async def _attempt(self, raw: ConsumerRecord[Any, Any], name: str, failures: int) -> Publish:
        """Store the article in a message; return what publishes the outcome.

        Raises ServiceAwayError, and any other exception if the attempt failed and another is to be made.
        """
        try:
            kept = await self._store.store(raw.value, name)
        except PoisonMessageError as error:
            return self._dead_letter(raw, name, str(error))
        except ServiceAwayError:
            raise
        except Exception as error:
            if failures + 1 < self._settings.attempts:
                raise
            logger.warning("%s failed %d times", name, failures + 1)
            return self._dead_letter(raw, name, str(error) or type(error).__name__)
        return lambda: self._decisions.publish(kept.as_message(), key=raw.key)

    def _dead_letter(self, raw: ConsumerRecord[Any, Any], name: str, reason: str) -> Publish:
        logger.error("%s is poison: %s", name, reason)
        headers = {"entry": name, "reason": reason}

        async def publish() -> None:
            try:
                await self._dead.publish(raw.value or b"", key=raw.key, headers=headers)
            except MessageSizeTooLargeError:
                left_out = f"{reason} It is too long for {self._settings.dead!r} and left out here."
                await self._dead.publish(b"", key=raw.key, headers=headers | {"reason": left_out})

        return publish


async def _parse_without_content(raw: Any, parse: Callable[[Any], Awaitable[Any]]) -> Any:
    """Keep what a message holds from FastStream's parser and decoder.

    They raise for a header that is not UTF-8 or has no value, and for a value that is not what its content type says.
    FastStream would go on with the next message.
    """
    message = await parse(dataclasses.replace(raw, headers=(), value=b"null"))
    message.raw_message = raw
    return message
