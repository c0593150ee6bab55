"""Consumers of Redis Streams and Kafka as FastStream applications.

Run ``faststream run --factory wirematch.pipelines.streams.consumers:redis_app`` (or ``:kafka_app``); see
docs/pipelines/stream.md. Needs the extra ``stream``.
"""

from __future__ import annotations

import sys
from typing import Any, NoReturn

from aiokafka.errors import KafkaError
from faststream import FastStream
from redis.exceptions import RedisError

from wirematch.errors import InvalidSettingError, WirematchError
from wirematch.pipelines.streams.kafka_consumer import KafkaConsumer
from wirematch.pipelines.streams.redis_consumer import RedisConsumer
from wirematch.pipelines.streams.settings import StreamSettings
from wirematch.presentation.failure import print_failure
from wirematch.settings.group import read_settings
from wirematch_client import ClientError

Consumer = RedisConsumer | KafkaConsumer


class BrokerFailedError(WirematchError):
    """Redis or Kafka does not answer, or refuses this consumer."""

    type = "broker-failed"
    title = "The broker cannot be used"


class ConsumerApp(FastStream):
    """A consumer that ends as the commands of ``wirematch`` do: with one line on standard error, and exit status 2."""

    def __init__(self, consumer: Consumer) -> None:
        super().__init__(consumer.broker, lifespan=consumer.running)

    async def run(self, *args: Any, **options: Any) -> None:
        """Consume until told to end. Exits if the broker cannot be used at the start, or the group is gone."""
        try:
            await super().run(*args, **options)
        except (RedisError, KafkaError) as error:
            _fail(BrokerFailedError(f"WIREMATCH_STREAM_BROKER_URL: {type(error).__name__}: {error}"))
        except WirematchError as error:
            _fail(error)


def redis_app() -> FastStream:
    """Return the Redis consumer for ``faststream run --factory``, with settings from the environment."""
    return _app(RedisConsumer)


def kafka_app() -> FastStream:
    """Return the Kafka consumer for ``faststream run --factory``, with settings from the environment."""
    return _app(KafkaConsumer)


def _app(kind: type[Consumer]) -> FastStream:
    try:
        settings = read_settings(StreamSettings, '{"body": "text"}')
        try:
            return ConsumerApp(kind(settings))
        except ClientError as error:
            raise InvalidSettingError(str(error)) from error
        except ValueError as error:  # redis-py cannot read the URL
            raise InvalidSettingError(f"WIREMATCH_STREAM_BROKER_URL: {error}") from error
    except WirematchError as error:
        _fail(error)


def _fail(error: WirematchError) -> NoReturn:
    print_failure(error)
    sys.exit(2)
