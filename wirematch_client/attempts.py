"""One call and all that became of it so far: whether to wait and send it again, to give up, or to read the answer."""

from __future__ import annotations

from typing import Generic, TypeVar

import httpx2

from wirematch_client.calls import Call, refusal
from wirematch_client.errors import ConnectionFailedError, NotFoundError
from wirematch_client.retrying import Retry, safe_after_answer, safe_after_failure

R = TypeVar("R")


class Attempts(Generic[R]):
    """What a client asks after each sending; both clients do the waiting themselves."""

    def __init__(self, call: Call[R], retry: Retry) -> None:
        self._call = call
        self._retry = retry
        self._made = 0
        self._perhaps_done = False
        """Whether an attempt got no answer, so that nobody knows what it did."""

    def failed(self, error: httpx2.TransportError, url: str) -> float:
        """Seconds to wait before the next attempt; ConnectionFailedError when there is to be none."""
        self._made += 1
        self._perhaps_done = True
        if safe_after_failure(error, repeatable=self._call.repeatable):
            delay = self._retry.delay(self._made, None)
            if delay is not None:
                return delay
        said = str(error) or type(error).__name__  # some have no words of their own
        raise ConnectionFailedError(f"{self._call.method} {url}{self._call.path}: {said}") from error

    def answered(self, response: httpx2.Response) -> float | None:
        """None when the answer is to be read, else seconds to wait; the problem when there is no next attempt."""
        self._made += 1
        refused = refusal(response)
        if refused is None:
            return None
        if self._perhaps_done and self._call.method == "DELETE" and isinstance(refused, NotFoundError):
            return None  # the attempt without an answer had done it
        kind, after = refused.kind, refused.retry_after
        if safe_after_answer(refused.status, kind, after, repeatable=self._call.repeatable):
            delay = self._retry.delay(self._made, after)
            if delay is not None:
                return delay
        raise refused
