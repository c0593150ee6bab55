"""Whether to retry a failed request, and after how long."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

BEFORE_SENDING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Failures before anything was sent, so the service has not seen the request."""
NEVER_SENT = (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.LocalProtocolError)
"""The URL, or a header, is invalid: every attempt would fail alike."""
NOT_REPLICATED = "not-replicated"
"""The only kind of 503 after which the article may have been stored."""
IN_FLIGHT = "request-in-flight"
"""The only kind of 409 that is temporary: an earlier attempt at the request is still being processed."""
TEMPORARY = frozenset({429, 502, 503, 504})
"""Statuses after which a repeatable request is retried."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Number of attempts, and the delays between them (exponential backoff with jitter).

    ``Retry(attempts=1)`` never retries.
    """

    attempts: int = 4
    """Including the first one."""
    first_delay: float = 0.1
    """Seconds; doubled after each attempt."""
    longest_delay: float = 10.0
    """Seconds; if the service asks for more (``Retry-After``), the request is not retried."""

    def delay(self, attempt: int, retry_after: float | None, left: float = math.inf) -> float | None:
        """Return the seconds to wait after attempt number ``attempt`` (from 1) failed; None if it was the last.

        It was also the last if the delay would be longer than the seconds ``left`` for the call. Half of the delay is
        random, so that clients that failed together do not retry together.
        """
        if attempt >= self.attempts or (retry_after or 0.0) > self.longest_delay:
            return None
        delay = min(self.first_delay * 2.0 ** (attempt - 1), self.longest_delay)
        delay = max(delay * random.uniform(0.5, 1.0), retry_after or 0.0)  # noqa: S311 - not for cryptography
        return delay if delay < left else None


def safe_after_failure(error: Exception, *, repeatable: bool) -> bool:
    """Whether a request without response may be retried; ``repeatable`` means that it may be processed twice."""
    if isinstance(error, NEVER_SENT):
        return False
    return repeatable or isinstance(error, BEFORE_SENDING)


def safe_after_answer(status: int, kind: str, retry_after: float | None, *, repeatable: bool) -> bool:
    """Whether a request that was answered with an error may be retried.

    If it is not repeatable, the service itself must have said that it did nothing; a proxy sends no ``Retry-After``.
    """
    if repeatable:
        return status in TEMPORARY or kind == IN_FLIGHT
    return status in {429, 503} and retry_after is not None and kind != NOT_REPLICATED


def read_retry_after(value: str | None) -> float | None:
    """Parse the seconds in a ``Retry-After`` header (RFC 9110, 10.2.3); None if it is absent or malformed."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None
