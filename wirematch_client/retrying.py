"""When a request is tried again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

BEFORE_SENDING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Failures in which no byte of the request left, so that it was certainly not done."""
HALF_DONE = "not-replicated"
"""The one 503 after which the write may have happened."""
IN_FLIGHT = "request-in-flight"
"""The one 409 that passes: an earlier attempt at the same request is still being worked on."""
PASSING = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently; ``Retry(attempts=1)`` never tries again."""

    attempts: int = 4
    """In all, the first one counted."""
    first_delay: float = 0.1
    """Seconds; doubles with each further attempt."""
    longest_delay: float = 10.0
    """Seconds; where the service asks for more, it is not tried again."""

    def delay(self, attempt: int, retry_after: float | None) -> float | None:
        """Seconds to wait after the ``attempt``-th failure, from 1; None when that was the last.

        Half of it is random, so that clients that failed together do not come back together.
        """
        if attempt >= self.attempts or (retry_after or 0.0) > self.longest_delay:
            return None
        delay = min(self.first_delay * 2.0 ** (attempt - 1), self.longest_delay)
        return max(delay * random.uniform(0.5, 1.0), retry_after or 0.0)  # noqa: S311 - no secret


def safe_after_failure(error: httpx2.TransportError, *, repeatable: bool) -> bool:
    """Whether a request that got no answer may be sent again."""
    if isinstance(error, httpx2.UnsupportedProtocol):  # the address is wrong, and stays so
        return False
    return repeatable or isinstance(error, BEFORE_SENDING)


def safe_after_answer(status: int, kind: str, retry_after: float | None, *, repeatable: bool) -> bool:
    """Whether a request that was refused may be sent again: the service, and not a proxy, must say it did nothing."""
    if repeatable:
        return status in PASSING or kind == IN_FLIGHT
    return status in {429, 503} and retry_after is not None and kind != HALF_DONE


def read_retry_after(value: str | None) -> float | None:
    """Seconds that a ``Retry-After`` asks for (RFC 9110, 10.2.3); None where none can be read."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
