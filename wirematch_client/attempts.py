"""The attempts at one call: decide after each whether to send again, to give up, or to read the answer."""

from __future__ import annotations

from typing import Generic, TypeVar

import httpx2

from wirematch_client.calls import Call, refusal
from wirematch_client.errors import ConnectionFailedError, NotFoundError
from wirematch_client.retrying import Retry, safe_after_answer, safe_after_failure

R = TypeVar("R")


class Attempts(Generic[R]):
    """The state of one call, without I/O; the clients do the sending and waiting."""

    def __init__(self, call: Call[R], retry: Retry) -> None:
        self._call = call
        self._retry = retry
        self._made = 0
        self._unanswered = False
        """Whether an attempt got no answer, so that it may have been processed."""

    def failed(self, error: httpx2.TransportError, url: str) -> float:
        """After no answer: seconds to wait before the next attempt, or ConnectionFailedError if there is none."""
        self._made += 1
        self._unanswered = True
        if safe_after_failure(error, repeatable=self._call.repeatable):
            delay = self._retry.delay(self._made, None)
            if delay is not None:
                return delay
        reason = str(error) or type(error).__name__  # some have no message
        raise ConnectionFailedError(f"{self._call.method} {url}{self._call.path}: {reason}") from error

    def answered(self, response: httpx2.Response) -> float | None:
        """After an answer: None to read it, or seconds to wait; ProblemError if there is no next attempt."""
        self._made += 1
        refused = refusal(response)
        if refused is None:
            return None
        if self._unanswered and self._call.method == "DELETE" and isinstance(refused, NotFoundError):
            return None  # an unanswered attempt deleted it
        kind, after = refused.kind, refused.retry_after
        if safe_after_answer(refused.status, kind, after, repeatable=self._call.repeatable):
            delay = self._retry.delay(self._made, after)
            if delay is not None:
                return delay
        raise refused
