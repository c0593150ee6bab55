"""Every error that a caller can cause or meet, each with its own status, stable type and way out.

HTTP turns them into RFC 9457 problem details, the command line into one message and exit status 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Self

MOST_FAULTS = 5
"""Of many things wrong with a document, the first are told."""


class Fault(NamedTuple):
    """One thing wrong with a document, and where: a JSON pointer, an XPath, a feed entry, a line."""

    place: str
    message: str


class WirematchError(Exception):
    """Base of all errors raised on purpose; ``str(error)`` says what happened and what to do about it."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    retry_after: ClassVar[int | None] = None
    """Seconds after which trying again makes sense, if it does at all."""


class InvalidArticleError(WirematchError):
    """The input is no article that can be read."""

    status = 422
    type = "invalid-article"
    title = "The article cannot be read"


class InvalidDocumentError(InvalidArticleError):
    """A document is not what its format says; ``faults`` name the places in it."""

    type = "invalid-document"
    title = "The document cannot be read"

    def __init__(self, said: str, faults: Sequence[Fault] = (), subject: str = "The document") -> None:
        """``said`` goes on where ``subject`` begins, and the faults end the sentence."""
        self.said, self.faults = said, tuple(faults)
        told = [f"{fault.place}: {fault.message}" for fault in self.faults[:MOST_FAULTS]]
        if len(self.faults) > MOST_FAULTS:
            told.append(f"and {len(self.faults) - MOST_FAULTS} more")
        end = f": {'; '.join(told)}" if told else ""
        super().__init__(f"{subject} {said}{end}".rstrip(".") + ".")

    def about(self, subject: str) -> Self:
        """The same of a document with a name."""
        return type(self)(self.said, self.faults, subject)


class SeveralDocumentsError(InvalidArticleError):
    """Where one article is wanted, a document holds several."""

    type = "several-articles"
    title = "The document holds several articles"

    def __init__(self, number: int, subject: str = "The document") -> None:
        self.number = number
        super().__init__(
            f"{subject} holds {number} articles, and here goes one; send each by itself, or store all of them with "
            "'wirematch add'."
        )

    def about(self, subject: str) -> Self:
        """The same of a document with a name."""
        return type(self)(self.number, subject)


class UnknownFormatError(WirematchError):
    """The format is none that can be read."""

    status = 415
    type = "unsupported-media-type"
    title = "Unsupported media type"


class ArticleNotFoundError(WirematchError):
    """No article is stored under this id."""

    status = 404
    type = "article-not-found"
    title = "No such article"

    def __init__(self, article_id: str) -> None:
        super().__init__(f"No article is stored under the id {article_id!r}.")


class ArticleExistsError(WirematchError):
    """``POST`` met an id that is taken."""

    status = 409
    type = "article-exists"
    title = "The id is taken"

    def __init__(self, article_id: str) -> None:
        super().__init__(f"An article is already stored under the id {article_id!r}; PUT replaces it.")


class PreconditionFailedError(WirematchError):
    """``If-Match`` or ``If-None-Match`` names another state than the stored article's."""

    status = 412
    type = "precondition-failed"
    title = "The article is not as the condition wants it"

    def __init__(self, header: str) -> None:
        super().__init__(f"What is stored does not meet the {header} header; read it again, and decide on what it is.")


class ExpiredArticleError(InvalidArticleError):
    """``expires_at`` lies in the past, so the article would be gone at once."""

    def __init__(self) -> None:
        super().__init__("The article's expires_at lies in the past, so it would be gone at once; nothing was stored.")


class StaleListingError(WirematchError):
    """A list of articles cannot be gone on with."""

    status = 410
    type = "stale-listing"
    title = "The list must be begun anew"

    def __init__(self) -> None:
        super().__init__("The index was built anew since this list was begun; begin it again, without 'after'.")


class InvalidRequestKeyError(WirematchError):
    """An ``Idempotency-Key`` that is none."""

    status = 400
    type = "invalid-idempotency-key"
    title = "The Idempotency-Key cannot be read"

    def __init__(self) -> None:
        super().__init__("Send one Idempotency-Key of 1 to 255 visible ASCII characters, in quotes or without, no \\.")


class RequestKeyReusedError(WirematchError):
    """A key under which another request came before."""

    status = 422
    type = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self, key: str) -> None:
        super().__init__(f"Another request was sent with the Idempotency-Key {key!r}; send this one with a new key.")


class RequestInFlightError(WirematchError):
    """The same request is being worked on."""

    status = 409
    type = "request-in-flight"
    title = "The request is being worked on"
    retry_after = 1

    def __init__(self, key: str) -> None:
        super().__init__(f"The request with the Idempotency-Key {key!r} is being worked on; ask again in a moment.")


class IndexUnavailableError(WirematchError):
    """Redis does not answer."""

    status = 503
    type = "index-unavailable"
    title = "The index does not answer"
    retry_after = 1


class NotReplicatedError(WirematchError):
    """The article was written, and too few replicas said in time that they have it, too."""

    status = 503
    type = "not-replicated"
    title = "The write is not safe yet"
    retry_after = 1

    def __init__(self, having: int, wanted: int) -> None:
        super().__init__(
            f"The write was done, but {having} of {wanted} replicas have confirmed it. It may be kept or lost if the "
            "server fails now. PUT the article again, or delete it again, to be sure."
        )


class IndexMismatchError(WirematchError):
    """The index was written with other parameters than this service uses."""

    status = 503
    type = "index-mismatch"
    title = "The index was built with other parameters"


class RebuildError(WirematchError):
    """The index could not be built anew; the live one is as it was."""

    type = "rebuild-failed"
    title = "The rebuild did not come to its end"


class OverloadedError(WirematchError):
    """More work is waiting than is good for anyone."""

    status = 503
    type = "overloaded"
    title = "Too much work is waiting"
    retry_after = 1


class StoreStartError(WirematchError):
    """The embedded store could not be started."""

    type = "store-not-started"
    title = "The embedded store did not start"


class InvalidSettingError(WirematchError):
    """A setting has a value with which the service cannot work."""

    type = "invalid-setting"
    title = "A setting cannot work"
