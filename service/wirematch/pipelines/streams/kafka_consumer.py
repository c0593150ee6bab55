"""The consumer of a Kafka topic: it commits an offset once all earlier messages are stored or known to be poison."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from wirematch.pipelines.streams.message_store import (
    AttemptFailedError,
    MessageStore,
    PoisonMessageError,
    ServiceAwayError,
)
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch_client import AsyncClient

logger = logging.getLogger(__name__)


class KafkaConsumer:
    """Reads a topic; an offset is committed once all earlier messages are stored or in the dead-letter topic."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._client = AsyncClient(settings.service_url)
        self._store = MessageStore(self._client, settings.fields)
        self.broker = KafkaBroker(settings.broker_url)
        self._decisions = self.broker.publisher(settings.decisions)
        self._dead = self.broker.publisher(settings.dead)
        self.broker.subscriber(
            settings.name, group_id=settings.group, auto_offset_reset="earliest", ack_policy=AckPolicy.MANUAL
        )(self._handle)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Close the connections at the end."""
        try:
            yield
        finally:
            await self._client.aclose()

    async def _handle(self, message: KafkaMessage) -> None:
        raw = message.raw_message
        assert not isinstance(raw, tuple)  # the subscriber is not for batches
        name = f"{raw.topic}:{raw.partition}:{raw.offset}"
        failures = 0
        while True:  # a partition is ordered, so later messages wait
            try:
                kept = await self._store.store(message.body, name)
            except ServiceAwayError as error:
                logger.warning("%s waits: %s", name, error)
            except AttemptFailedError as error:
                failures += 1
                logger.warning("%s failed %d times: %s", name, failures, error)
                if failures >= self._settings.attempts:
                    await self._dead_letter(message.body, name, str(error))
                    break
            except PoisonMessageError as error:
                await self._dead_letter(message.body, name, str(error))
                break
            else:
                await self._decisions.publish(kept.as_message())
                break
            await asyncio.sleep(self._settings.pause_seconds)
        await message.ack()

    async def _dead_letter(self, content: bytes, name: str, reason: str) -> None:
        logger.error("%s is poison: %s", name, reason)
        await self._dead.publish(content, headers={"entry": name, "reason": reason})
