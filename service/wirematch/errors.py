"""All errors that a caller can cause or encounter, each with an HTTP status and a stable type.

HTTP answers with an RFC 9457 problem document; the command line prints the message and exits with status 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Self

MOST_FAULTS = 5
"""At most so many faults are listed in a message."""


class Fault(NamedTuple):
    """One thing wrong with a document; ``place`` is a JSON pointer, an XPath, a feed entry or a line."""

    place: str
    message: str


class WirematchError(Exception):
    """Base of all errors raised on purpose. Its text says what happened and, if possible, what to do about it."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"
    retry_after: int | None = None
    """Seconds after which to try again, if that may help."""


class InvalidArticleError(WirematchError):
    """The input cannot be read as an article."""

    status = 422
    type = "invalid-article"
    title = "The article cannot be read"


class InvalidDocumentError(InvalidArticleError):
    """A document does not conform to its format; ``faults`` say where."""

    type = "invalid-document"
    title = "The document cannot be read"

    def __init__(self, reason: str, faults: Sequence[Fault] = (), subject: str = "The document") -> None:
        """The text is a sentence of ``subject``, ``reason`` (its predicate, such as "is empty") and the faults."""
        self.reason, self.faults = reason, tuple(faults)
        listed = [f"{fault.place}: {fault.message}" for fault in self.faults[:MOST_FAULTS]]
        if len(self.faults) > MOST_FAULTS:
            listed.append(f"and {len(self.faults) - MOST_FAULTS} more")
        end = f": {'; '.join(listed)}" if listed else ""
        super().__init__(f"{subject} {reason}{end}".rstrip(".") + ".")

    def about(self, subject: str) -> Self:
        """The same error with ``subject``, such as a file name, in place of "The document"."""
        return type(self)(self.reason, self.faults, subject)


class InvalidPairsError(WirematchError):
    """Lines that are no labelled pairs; ``faults`` say which."""

    status = 422
    type = "invalid-pairs"
    title = "The labelled pairs cannot be read"

    def __init__(self, faults: Sequence[Fault]) -> None:
        listed = [f"{fault.place}: {fault.message}" for fault in faults[:MOST_FAULTS]]
        if len(faults) > MOST_FAULTS:
            listed.append(f"and {len(faults) - MOST_FAULTS} more")
        super().__init__(f"The labelled pairs cannot be read: {'; '.join(listed)}.")


class SeveralDocumentsError(InvalidArticleError):
    """A document with several articles came where one is expected."""

    type = "several-articles"
    title = "The document holds several articles"

    def __init__(self, number: int, subject: str = "The document") -> None:
        self.number = number
        super().__init__(
            f"{subject} holds {number} articles, and one is expected; send each by itself, or store all with "
            "'wirematch add'."
        )

    def about(self, subject: str) -> Self:
        """The same error with ``subject``, such as a file name, in place of "The document"."""
        return type(self)(self.number, subject)


class UnknownFormatError(WirematchError):
    """The format or media type is not supported."""

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


class VersionNotFoundError(WirematchError):
    """An article's earlier version is not kept, or never was."""

    status = 404
    type = "version-not-found"
    title = "No such version"

    def __init__(self, article_id: str, version: int) -> None:
        super().__init__(
            f"Version {version} of {article_id!r} is not kept. The last few are, for some weeks "
            "(WIREMATCH_VERSIONS_KEPT, WIREMATCH_VERSIONS_WINDOW)."
        )


class ArticleExistsError(WirematchError):
    """An article with this id is stored already."""

    status = 409
    type = "article-exists"
    title = "The id is taken"

    def __init__(self, article_id: str) -> None:
        super().__init__(f"An article is already stored under the id {article_id!r}; PUT replaces it.")


class PreconditionFailedError(WirematchError):
    """The stored article does not meet ``If-Match`` or ``If-None-Match``."""

    status = 412
    type = "precondition-failed"
    title = "Precondition failed"

    def __init__(self, header: str) -> None:
        super().__init__(f"The stored article does not meet the {header} header; read it again before you change it.")


class ExpiredArticleError(InvalidArticleError):
    """``expires_at`` lies in the past."""

    def __init__(self) -> None:
        super().__init__("The article's expires_at lies in the past; nothing was stored.")


class TextNotKeptError(WirematchError):
    """A part of a story came, and the other part is stored without its text, so nobody can join them."""

    status = 409
    type = "text-not-kept"
    title = "The stored text is not kept"

    def __init__(self, article_id: str) -> None:
        super().__init__(
            f"This adds to the article {article_id!r}, of which the service keeps no text to add to. Send the whole "
            "story under its id."
        )


class TenantGoneError(WirematchError):
    """The tenant of a key is not there, or not any more."""

    status = 403
    type = "tenant-gone"
    title = "The key's tenant is gone"

    def __init__(self, tenant: str) -> None:
        super().__init__(f"There is no tenant {tenant!r} any more.")


class QuotaReachedError(WirematchError):
    """The tenant's articles may not become more."""

    status = 403
    type = "quota-reached"
    title = "The quota of stored articles is reached"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"No more than {most:,} articles may be stored; nothing was stored. Remove some, or ask for more."
        )


class StaleListingError(WirematchError):
    """A list of articles cannot be continued."""

    status = 410
    type = "stale-listing"
    title = "The list must be started over"

    def __init__(self) -> None:
        super().__init__("The index was rebuilt since this list was started; start over, without 'after'.")


class InvalidRequestKeyError(WirematchError):
    """The ``Idempotency-Key`` is malformed."""

    status = 400
    type = "invalid-idempotency-key"
    title = "The Idempotency-Key cannot be read"

    def __init__(self) -> None:
        super().__init__("Send one Idempotency-Key of 1 to 255 visible ASCII characters, in quotes or without, no \\.")


class RequestKeyReusedError(WirematchError):
    """The ``Idempotency-Key`` was sent with another request before."""

    status = 422
    type = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self, key: str) -> None:
        super().__init__(f"Another request was sent with the Idempotency-Key {key!r}; send this one with a new key.")


class RequestInFlightError(WirematchError):
    """An earlier attempt at the same request is still being processed."""

    status = 409
    type = "request-in-flight"
    title = "The request is being worked on"
    retry_after = 1

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The request with the Idempotency-Key {key!r} is still being processed; try again in a moment."
        )


class NoKeysError(WirematchError):
    """Somebody signs in where there are no keys."""

    status = 409
    type = "no-keys"
    title = "There are no keys"

    def __init__(self) -> None:
        super().__init__("There are no keys to sign in with; 'wirematch keys create' makes one.")


class IndexUnavailableError(WirematchError):
    """Redis does not answer."""

    status = 503
    type = "index-unavailable"
    title = "The index does not answer"
    retry_after = 1


class IndexFullError(IndexUnavailableError):
    """Redis refuses writes, for lack of memory or of disk."""

    type = "index-full"
    title = "The index takes no writes"
    retry_after = 30

    def __init__(self) -> None:
        super().__init__(
            "Redis has no memory or no disk left for writes. What is stored is answered for as ever; storing works "
            "again when there is room."
        )


class NotReplicatedError(WirematchError):
    """A write was done, but too few replicas confirmed it in time."""

    status = 503
    type = "not-replicated"
    title = "The write is not safe yet"
    retry_after = 1

    def __init__(self, having: int, wanted: int) -> None:
        super().__init__(
            f"The write was done, but {having} of {wanted} replicas have confirmed it. It may be kept or lost if the "
            "server fails now. Repeat the PUT or DELETE to be sure."
        )


class NotFlushedError(WirematchError):
    """A write was done, but the server did not say in time that it is on disk."""

    status = 503
    type = "not-flushed"
    title = "The write is not safe yet"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__(
            "The write was done, but the server has not said that it is on disk; it must be Redis 7.2 or Valkey, with "
            "'appendonly yes'. Should the machine fail now, it may be lost. Repeat the PUT or DELETE to be sure."
        )


class DamagedRecordError(WirematchError):
    """A stored article has bytes that are not those that were stored."""

    type = "damaged-record"
    title = "The stored article is damaged"

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            "The article is stored, but cannot be read any more; PUT it again to replace it, or DELETE it."
        )


class IndexMismatchError(WirematchError):
    """The index was built with other parameters than this service uses."""

    status = 503
    type = "index-mismatch"
    title = "The index was built with other parameters"


class RebuildError(WirematchError):
    """The index could not be rebuilt; the live one is unchanged."""

    type = "rebuild-failed"
    title = "The rebuild failed"


class BackupError(WirematchError):
    """A backup cannot be read, or not be written where it was wanted."""

    type = "backup-unreadable"
    title = "The backup cannot be used"


class CutBackupError(BackupError):
    """A backup ends before its end, or is damaged; ``whole`` says what of it is whole."""

    type = "backup-cut"
    title = "The backup is not whole"

    def __init__(self, file: str, how: str, whole: str) -> None:
        self.whole = whole
        super().__init__(f"{file} {how}. Whole of it are {whole}. Nothing of it was restored.")


class OverloadedError(WirematchError):
    """Too many requests are waiting."""

    status = 503
    type = "overloaded"
    title = "Too much work is waiting"
    retry_after = 1

    def __init__(self, said: str, retry_after: int = 1) -> None:
        """``retry_after`` in seconds."""
        super().__init__(said)
        self.retry_after = retry_after


class DeadlineError(WirematchError):
    """The time that a request has is over; nothing was stored."""

    status = 504
    type = "deadline-exceeded"
    title = "The request took too long"


class ShuttingDownError(WirematchError):
    """The service ends, and the request was not finished; nothing was stored."""

    status = 503
    type = "shutting-down"
    title = "The service shuts down"
    retry_after = 1


class PdfNotInstalledError(WirematchError):
    """The service was installed without what makes PDFs."""

    status = 501
    type = "pdf-not-installed"
    title = "PDFs are not made here"

    def __init__(self) -> None:
        super().__init__("Install the extra: pip install 'wirematch[pdf]'. A browser prints the page into a PDF, too.")


class PdfFailedError(WirematchError):
    """A PDF could not be made."""

    status = 500
    type = "pdf-failed"
    title = "The PDF could not be made"


class StoreStartError(WirematchError):
    """The embedded store could not be started."""

    type = "store-not-started"
    title = "The embedded store did not start"


class InvalidSettingError(WirematchError):
    """A setting or option has a value that cannot be used."""

    type = "invalid-setting"
    title = "A setting cannot work"
