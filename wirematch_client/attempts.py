"""The attempts at one call: decide after each whether to retry, to give up, or to read the response."""

from __future__ import annotations

import time
from typing import Generic, TypeVar

import httpx2

from wirematch_client.answers import Answer
from wirematch_client.calls import LONGEST_QUOTE, Call, refusal
from wirematch_client.errors import ConnectionFailedError, NotFoundError
from wirematch_client.retrying import Retry, safe_after_answer, safe_after_failure

R = TypeVar("R")
FAILURES = (httpx2.TransportError, httpx2.InvalidURL)
"""What is raised instead of a response."""


class Attempts(Generic[R]):
    """The state of one call, without I/O; the clients do the sending and waiting."""

    def __init__(self, call: Call[R], retry: Retry, seconds: float) -> None:
        """All attempts and the delays between them take at most ``seconds``."""
        self._ends = time.monotonic() + seconds
        self._call = call
        self._retry = retry
        self._made = 0
        self._unanswered = False
        """Whether an attempt had no response, so that it may have been processed."""

    @property
    def left(self) -> float:
        """Seconds left."""
        return self._ends - time.monotonic()

    def failed(self, error: httpx2.TransportError | httpx2.InvalidURL, url: str) -> float:
        """After an attempt without response, return the seconds to wait before the next.

        Raises ConnectionFailedError if it was the last.
        """
        self._made += 1
        self._unanswered = True
        if safe_after_failure(error, repeatable=self._call.repeatable):
            delay = self._retry.delay(self._made, None, self.left)
            if delay is not None:
                return delay
        reason = str(error) or type(error).__name__  # some have no message
        address = f"{url}{self._call.path}"[:LONGEST_QUOTE]
        raise ConnectionFailedError(f"{self._call.method} {address}: {reason[:LONGEST_QUOTE]}") from error

    def answered(self, response: Answer) -> float | None:
        """After a response, return None to read it, or the seconds to wait before retrying.

        Raises ProblemError if it was the last attempt and failed, UnexpectedAnswerError for a redirection.
        """
        self._made += 1
        refused = refusal(response)
        if refused is None:
            return None
        if self._unanswered and self._call.method == "DELETE" and isinstance(refused, NotFoundError):
            return None  # an attempt without response deleted it
        kind, after = refused.kind, refused.retry_after
        if safe_after_answer(refused.status, kind, after, repeatable=self._call.repeatable):
            delay = self._retry.delay(self._made, after, self.left)
            if delay is not None:
                return delay
        raise refused
