"""Store the article in one message, whichever broker delivered it, or say why it could not be stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from wirematch.errors import InvalidArticleError
from wirematch.errors.validation import message_of
from wirematch.formats.json_text import load_json
from wirematch.pipelines.input_rows import Fields, no_object, read_fields
from wirematch_client import (
    Article,
    AsyncClient,
    ClientError,
    ConnectionFailedError,
    ProblemError,
    UnexpectedAnswerError,
)
from wirematch_client.errors import TYPE_BASE

EXPIRY = "expires_at"
"""When an article is to be deleted. A message in which it is invalid is poison: the article would be kept for ever."""
ABOUT_MESSAGE = frozenset({400, 413, 415, 422})
"""Statuses by which the service refuses what a message holds."""
TOO_LONG = frozenset({413, 414})
"""Statuses by which a proxy, too, refuses a message for its length."""
FAILED = frozenset({500, 501, 504})
"""Statuses by which the service says that it failed with a message."""


class PoisonMessageError(Exception):
    """The message can never be stored; it belongs in the dead-letter stream."""


class AttemptFailedError(Exception):
    """The service failed with this message, which may be poison; it is retried a limited number of times."""


class ServiceAwayError(Exception):
    """The service cannot be reached, is overloaded, or refuses this key; the message is retried without limit.

    Whatever is not known to be about the message is taken for this: a key that was revoked, or a proxy that leads to
    nowhere, would otherwise make all messages poison.
    """


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

    async def store(self, content: bytes | None, message_id: str) -> KeptArticle:
        """Store the article in ``content``, a JSON object; storing the same message again changes nothing.

        An article without an id gets ``message_id`` as its id. Raises PoisonMessageError, AttemptFailedError or
        ServiceAwayError.
        """
        if content is None:
            raise PoisonMessageError("The message has no value (a tombstone); nothing was deleted.")
        try:
            value = load_json(content)
            if not isinstance(value, dict):
                raise PoisonMessageError(f"The message {no_object(value)}")
            article = self._article(value, message_id)
        except InvalidArticleError as error:
            raise PoisonMessageError(str(error)) from error
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            raise PoisonMessageError(f"{wrong['loc'][0]}: {message_of(wrong)}.") from error
        assert article.id is not None
        try:
            # PUT, because repeating it after a lost response or acknowledgement is harmless.
            receipt = await self._client.put(article.id, article)
        except (ConnectionFailedError, UnexpectedAnswerError) as error:
            raise ServiceAwayError(str(error)) from error
        except ProblemError as error:
            raise _meaning(error) from error
        except ClientError as error:
            raise AttemptFailedError(str(error)) from error
        assert receipt.report is not None
        return KeptArticle(article.id, receipt.report.decision, receipt.report.original_id, message_id)

    def _article(self, value: dict[str, Any], message_id: str) -> Article:
        read, _ = read_fields(value, self._fields)
        return Article.model_validate(read.model_dump() | {"id": read.id or message_id, EXPIRY: value.get(EXPIRY)})


def _meaning(error: ProblemError) -> PoisonMessageError | AttemptFailedError | ServiceAwayError:
    """Return what an error response says about the message."""
    said = f"{error} (status {error.status})"
    own = error.problem.type.startswith(TYPE_BASE)
    if error.status in TOO_LONG or (own and error.status in ABOUT_MESSAGE):
        return PoisonMessageError(said)
    if error.status == 500 or (own and error.status in FAILED):
        return AttemptFailedError(said)
    return ServiceAwayError(said)
