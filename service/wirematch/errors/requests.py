"""A request cannot be served, as it is or at the moment."""

from __future__ import annotations

from wirematch.errors.base import WirematchError


class InvalidRequestKeyError(WirematchError):
    """The ``Idempotency-Key`` is malformed."""

    status = 400
    type = "invalid-idempotency-key"
    title = "The Idempotency-Key cannot be read"

    def __init__(self) -> None:
        super().__init__(
            "Send one Idempotency-Key of 1 to 255 visible ASCII characters without \\, with or without quotes."
        )


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
    title = "The request is still being processed"
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
        super().__init__("There are no keys to sign in with; create one with 'wirematch keys create'.")


class KeyEndedError(WirematchError):
    """The key of a stream was revoked or has expired since the stream began, or the first key was made."""

    status = 401
    type = "key-needed"
    title = "A key is needed"

    def __init__(self) -> None:
        super().__init__(
            "The key with which this stream began is no longer valid. Send the articles without an answer again with "
            "a valid one."
        )


class OverloadedError(WirematchError):
    """Too many requests are waiting."""

    status = 503
    type = "overloaded"
    title = "The service is overloaded"
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
    title = "The service is shutting down"
    retry_after = 1


class OutcomeUnknownError(WirematchError):
    """The service ended while it stored; nobody knows how much of the request was done.

    It has no ``Retry-After``: a client that repeats by itself whatever was not done must not repeat this.
    """

    status = 503
    type = "outcome-unknown"
    title = "The service ended before the request was finished"


class PdfNotInstalledError(WirematchError):
    """The service was installed without what makes PDFs."""

    status = 501
    type = "pdf-not-installed"
    title = "PDF support is not installed"

    def __init__(self, advice: str = "Install the extra with pip install 'wirematch[pdf]'") -> None:
        super().__init__(f"{advice}, or print the page to a PDF in a browser.")


class PdfFailedError(WirematchError):
    """A PDF could not be made."""

    status = 500
    type = "pdf-failed"
    title = "The PDF could not be made"
