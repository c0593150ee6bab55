from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from wirematch_client.retrying import Retry, read_retry_after, safe_after_answer, safe_after_failure


def test_delays_double_within_their_bound_and_end():
    retry = Retry(attempts=9, first_delay=1.0, longest_delay=8.0)
    delays = [retry.delay(attempt, None) for attempt in range(1, 10)]

    assert delays.pop() is None
    for delay, most in zip(delays, [1, 2, 4, 8, 8, 8, 8, 8], strict=True):
        assert delay is not None
        assert most / 2 <= delay <= most


def test_the_service_may_ask_for_more_patience_but_not_for_any():
    retry = Retry(first_delay=0.1, longest_delay=5.0)

    assert retry.delay(1, 4.0) == 4.0
    assert retry.delay(1, 6.0) is None


@pytest.mark.parametrize(
    ("error", "repeatable", "safe"),
    [
        (httpx2.ConnectError("refused"), False, True),
        (httpx2.ReadError("reset"), False, False),
        (httpx2.ReadError("reset"), True, True),
        (httpx2.ReadTimeout("slow"), False, False),
        (httpx2.UnsupportedProtocol("gopher"), True, False),
    ],
)
def test_what_may_have_been_done_is_only_repeated_where_that_does_no_harm(error, repeatable, safe):
    assert safe_after_failure(error, repeatable=repeatable) is safe


@pytest.mark.parametrize(
    ("status", "kind", "after", "repeatable", "safe"),
    [
        (503, "overloaded", 1.0, False, True),
        (503, "overloaded", None, False, False),
        (503, "not-replicated", 1.0, False, False),
        (503, "not-replicated", 1.0, True, True),
        (502, "", None, False, False),
        (502, "", None, True, True),
        (500, "internal-error", None, True, False),
        (409, "article-exists", None, True, False),
        (409, "request-in-flight", 1.0, True, True),
    ],
)
def test_refusals_are_only_repeated_where_nothing_was_done(status, kind, after, repeatable, safe):
    assert safe_after_answer(status, kind, after, repeatable=repeatable) is safe


def test_retry_after_is_seconds_or_a_date():
    assert read_retry_after("3") == 3.0
    assert read_retry_after(None) is None
    assert read_retry_after("soon") is None
    assert read_retry_after(format_datetime(datetime.now(UTC) - timedelta(hours=1))) == 0.0
    later = read_retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=60)))
    assert later is not None
    assert 50 < later <= 60
