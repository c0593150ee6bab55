"""The settings of the stream consumers, from ``WIREMATCH_STREAM_*`` in the environment."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from wirematch.pipelines.input_rows import Fields


class StreamSettings(BaseSettings):
    """Settings of a stream consumer."""

    model_config = SettingsConfigDict(env_prefix="WIREMATCH_STREAM_", frozen=True, extra="ignore")

    service_url: str = Field("http://127.0.0.1:8000", description="The running service.")
    broker_url: str = Field("redis://127.0.0.1:6379/0", description="URL of Redis, or Kafka's host:port.")
    name: str = Field("articles", description="Stream or topic to read.")
    group: str = Field("wirematch", description="Consumer group; its consumers share the messages.")
    consumer: str = Field("wirematch-1", description="Name of this consumer, different in each process.")
    decisions: str = Field("articles.decisions", description="Stream or topic that decisions are published to.")
    dead: str = Field("articles.dead", description="Stream or topic that poison messages are published to.")
    attempts: int = Field(5, ge=1, description="Failed attempts after which a message is poison.")
    idle_seconds: float = Field(
        60.0, gt=0, description="Time without an acknowledgement after which a message is claimed from its consumer."
    )
    pause_seconds: float = Field(1.0, gt=0, description="Time between polls for idle messages, and between attempts.")
    fields: Fields = Field(default_factory=Fields, description="Where a message has the parts of an article, as JSON.")
