"""Every error that a caller can cause or meet, each with its own status, stable type and way out.

HTTP turns them into RFC 9457 problem details, the command line into one message and exit status 2.
"""

from __future__ import annotations

from typing import ClassVar


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


class UnsupportedMediaTypeError(WirematchError):
    """The body is not of a type that is read here."""

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
