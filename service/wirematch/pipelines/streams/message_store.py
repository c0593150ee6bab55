"""What a consumer does with one message, whatever brought it: store it once, or say what stands in the way."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from wirematch.errors import InvalidArticleError
from wirematch.formats.json_text import load_json
from wirematch.pipelines.input_rows import Fields, read_fields
from wirematch_client import (
    Article,
    AsyncClient,
    ClientError,
    ConnectionFailedError,
    InvalidRequestError,
    UnavailableError,
)


class StreamSettings(BaseSettings):
    """What an operator can choose, from ``WIREMATCH_STREAM_*``."""

    model_config = SettingsConfigDict(env_prefix="WIREMATCH_STREAM_", frozen=True, extra="ignore")

    service_url: str = Field("http://127.0.0.1:8000", description="The running service.")
    broker_url: str = Field("redis://127.0.0.1:6379/0", description="Redis, or Kafka's host:port.")
    name: str = Field("articles", description="Stream or topic that is read.")
    group: str = Field("wirematch", description="Consumer group; consumers of one group share the messages.")
    consumer: str = Field("wirematch-1", description="This consumer's name, another one for each process.")
    decisions: str = Field("articles.decisions", description="Stream or topic to which decisions go.")
    dead: str = Field("articles.dead", description="Stream or topic to which poison messages go.")
    attempts: int = Field(5, ge=1, description="Failed attempts after which a message is poison.")
    idle_seconds: float = Field(
        60.0, gt=0, description="A message that was not acknowledged for so long is claimed from whoever had it."
    )
    pause_seconds: float = Field(1.0, gt=0, description="Between looks for idle messages, and for the service.")
    fields: Fields = Field(default_factory=Fields, description="Where a message has an article's parts, as JSON.")


class PoisonError(Exception):
    """The message can never be stored."""


class FailedError(Exception):
    """It could not be stored this time, through no fault of a connection: it may be poison."""


class AwayError(Exception):
    """The service is away or full: the message waits, however often it is delivered."""


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """What was decided of a message that is stored now."""

    id: str
    decision: str
    original_id: str | None
    message_id: str

    def told(self) -> dict[str, Any]:
        """As it is published."""
        return asdict(self)


class Keeper:
    """Stores messages through a client."""

    def __init__(self, client: AsyncClient, fields: Fields) -> None:
        self._client = client
        self._fields = fields

    async def keep(self, content: bytes, message_id: str) -> KeptArticle:
        """Store the article in a message, in JSON; the same message again changes nothing.

        One without an id gets ``message_id`` for one. PoisonError, FailedError, AwayError.
        """
        try:
            value = load_json(content)
            if not isinstance(value, dict):
                raise PoisonError("The message is no JSON object.")
            read, _ = read_fields(value, self._fields)
        except InvalidArticleError as error:
            raise PoisonError(str(error)) from error
        article = Article.model_validate(read.model_dump() | {"id": read.id or message_id})
        assert article.id is not None
        try:
            # PUT, as doing it again after a lost answer or acknowledgement does no harm.
            receipt = await self._client.put(article.id, article)
        except (ConnectionFailedError, UnavailableError) as error:
            raise AwayError(str(error)) from error
        except InvalidRequestError as error:
            raise PoisonError(str(error)) from error
        except ClientError as error:
            raise FailedError(str(error)) from error
        assert receipt.report is not None
        return KeptArticle(article.id, receipt.report.decision, receipt.report.original_id, message_id)
