"""Store the article in one message, whichever broker delivered it, or say why it could not be stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from wirematch.errors import InvalidArticleError
from wirematch.formats.json_text import load_json
from wirematch.pipelines.input_rows import Fields, no_object, read_fields
from wirematch_client import (
    Article,
    AsyncClient,
    ClientError,
    ConnectionFailedError,
    InvalidRequestError,
    UnavailableError,
)


class PoisonMessageError(Exception):
    """The message can never be stored; it belongs in the dead-letter stream."""


class AttemptFailedError(Exception):
    """The service failed with this message, which may be poison; it is retried a limited number of times."""


class ServiceAwayError(Exception):
    """The service cannot be reached or is overloaded; the message is retried without limit."""


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """The decision on a message whose article is now stored."""

    id: str
    decision: str
    original_id: str | None
    message_id: str

    def as_message(self) -> dict[str, Any]:
        """Return the JSON object to publish."""
        return asdict(self)


class MessageStore:
    """Stores the articles of messages through a client."""

    def __init__(self, client: AsyncClient, fields: Fields) -> None:
        """``fields`` says where a message has the fields of an article."""
        self._client = client
        self._fields = fields

    async def store(self, content: bytes, message_id: str) -> KeptArticle:
        """Store the article in ``content``, a JSON object; storing the same message again changes nothing.

        An article without an id gets ``message_id`` as its id. Raises PoisonMessageError, AttemptFailedError or
        ServiceAwayError.
        """
        try:
            value = load_json(content)
            if not isinstance(value, dict):
                raise PoisonMessageError(f"The message {no_object(value)}")
            read, _ = read_fields(value, self._fields)
        except InvalidArticleError as error:
            raise PoisonMessageError(str(error)) from error
        article = Article.model_validate(read.model_dump() | {"id": read.id or message_id})
        assert article.id is not None
        try:
            # PUT, because repeating it after a lost response or acknowledgement is harmless.
            receipt = await self._client.put(article.id, article)
        except (ConnectionFailedError, UnavailableError) as error:
            raise ServiceAwayError(str(error)) from error
        except InvalidRequestError as error:
            raise PoisonMessageError(str(error)) from error
        except ClientError as error:
            raise AttemptFailedError(str(error)) from error
        assert receipt.report is not None
        return KeptArticle(article.id, receipt.report.decision, receipt.report.original_id, message_id)
