"""Rate limits of keys, counted over all processes of a service."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import redis
from fastapi.testclient import TestClient

from support.problem_documents import assert_problem
from support.waiting import PATIENCE_SECONDS
from wirematch.access import rate_limits
from wirematch.access.key import Caller, KeyRecord, Rates, Scope
from wirematch.access.rate_limits import Allowance, RateLimits
from wirematch.app import create_app
from wirematch.concurrency import together
from wirematch.index.keys import Namespace
from wirematch.settings import Settings

CHECK = {"body": "Four people died when the bridge fell."}
AT_ONCE = 150
TURNS = 12
"""Of the event loop, while a request is counted."""
LONG = 1_000
"""In seconds, far more than a test may take."""


def make_key(store: redis.Redis, index_name: str, name: str, rates: Rates) -> dict[str, str]:
    record, token = KeyRecord.make(name, (Scope.CHECK,), datetime.now(UTC), rates=rates)
    store.hset(f"{{{index_name}:access}}", record.id, record.model_dump_json())
    return {"authorization": f"Bearer {token}"}


def test_requests_are_limited_across_processes_and_keys_apart(lone_settings: Settings, store, index_name):
    limited = make_key(store, index_name, "limited", Rates(requests=1))
    free = make_key(store, index_name, "free", Rates())
    with (
        TestClient(create_app(lone_settings), "http://localhost") as one,
        TestClient(create_app(lone_settings), "http://localhost") as other,
    ):
        answers = [(one, other)[number % 2].get("/v1/session", headers=limited) for number in range(14)]
        refused = [answer for answer in answers if answer.status_code == 429]

        assert [answer.status_code for answer in answers[:10]] == [200] * 10
        assert refused
        assert answers[0].headers["ratelimit-policy"] == '"requests";q=10;w=10'
        assert answers[0].headers["ratelimit"].startswith('"requests";r=9;t=')
        for answer in refused:
            assert_problem(answer, 429, "rate-limited")
            assert 1 <= int(answer.headers["retry-after"]) <= 20
        for _ in range(20):
            assert (kept := one.get("/v1/session", headers=free)).status_code == 200
            assert "ratelimit" not in kept.headers
        assert one.get("/livez").status_code == 200


def test_bytes_are_limited(lone_settings: Settings, store, index_name):
    headers = make_key(store, index_name, "limited", Rates(bytes=1_000))
    with TestClient(create_app(lone_settings), "http://localhost") as client:
        small = client.post("/v1/check", json=CHECK, headers=headers)
        large = client.post("/v1/check", json={"body": "Four people died. " * 600}, headers=headers)

    assert small.status_code == 200
    assert '"bytes";q=10000;w=10' in small.headers["ratelimit-policy"]
    assert_problem(large, 429, "rate-limited")


@pytest.mark.anyio
async def test_processes_together_get_no_more_than_the_limit_and_seldom_ask(
    lone_settings: Settings, store, index_name, monkeypatch
):
    for duration in ("WINDOW_SECONDS", "SPENT_SECONDS", "REFUSED_SECONDS"):  # none of them ends meanwhile
        monkeypatch.setattr(rate_limits, duration, LONG)
    url = str(lone_settings.redis_url)
    caller = Caller(id="k1", name="desk", scopes=frozenset(), requests_per_second=1, bytes_per_second=20)
    processes = [RateLimits(url, PATIENCE_SECONDS, Namespace(index_name).rate_limits) for _ in range(2)]
    asked_before = scripts_run(store)
    try:
        decisions = [await processes[number % 2].admit(caller, 7) for number in range(LONG + 200)]
    finally:
        for one in processes:
            await one.close()

    admitted = sum(decision.exceeded is None for decision in decisions)
    assert 0.97 * LONG <= admitted <= LONG
    assert {decision.exceeded for decision in decisions[-5:]} == {"requests"}
    assert scripts_run(store) - asked_before < LONG  # asking each time: 4,800 (two limits, two scripts)


@pytest.mark.anyio
async def test_a_clock_of_redis_that_is_set_back_keeps_nobody_out(
    lone_settings: Settings, store, index_name, monkeypatch
):
    """Counts expire by that clock, so they would count for as long as it was set back."""
    monkeypatch.setattr(rate_limits, "WINDOW_SECONDS", LONG)
    caller = Caller(id="k1", name="desk", scopes=frozenset(), requests_per_second=1)
    url, prefix = str(lone_settings.redis_url), Namespace(index_name).rate_limits
    limits, later, latest = (RateLimits(url, PATIENCE_SECONDS, prefix) for _ in range(3))
    try:
        while (await limits.admit(caller, 0)).exceeded is None:
            pass
        assert (await later.admit(caller, 0)).exceeded == "requests"
        counts = list(store.scan_iter(f"{prefix}*"))
        assert counts
        for key in counts:
            store.pexpire(key, store.pttl(key) + 3_600_000)

        assert (await latest.admit(caller, 0)).exceeded is None
    finally:
        for one in (limits, later, latest):
            await one.close()


@pytest.mark.anyio
async def test_a_refusal_costs_as_little_as_an_admission(lone_settings: Settings, store, index_name, monkeypatch):
    """Once to count, and once to say what is left."""
    monkeypatch.setattr(rate_limits, "WINDOW_SECONDS", LONG)
    monkeypatch.setattr(rate_limits, "SHARES", LONG)  # each is of one request
    caller = Caller(id="k1", name="desk", scopes=frozenset(), requests_per_second=1)
    limits = RateLimits(str(lone_settings.redis_url), PATIENCE_SECONDS, Namespace(index_name).rate_limits)
    asked = {}
    try:
        while "requests" not in asked:
            before = scripts_run(store)
            exceeded = (await limits.admit(caller, 0)).exceeded
            asked[exceeded] = scripts_run(store) - before
    finally:
        await limits.close()

    assert asked == {None: 2, "requests": 2}


@pytest.mark.anyio
async def test_requests_that_come_at_once_reserve_what_they_need(
    lone_settings: Settings, store, index_name, monkeypatch
):
    """And ask over one connection: each over its own, they would be more than redis-py opens."""
    for duration in ("WINDOW_SECONDS", "SPENT_SECONDS"):  # none of them ends meanwhile
        monkeypatch.setattr(rate_limits, duration, LONG)
    caller = Caller(id="k1", name="desk", scopes=frozenset(), requests_per_second=10)
    limits = RateLimits(str(lone_settings.redis_url), PATIENCE_SECONDS, Namespace(index_name).rate_limits)
    asked_before = scripts_run(store)
    try:
        decisions = await together(*(limits.admit(caller, 0) for _ in range(AT_ONCE)))
        asked = scripts_run(store) - asked_before
        last = await limits.admit(caller, 0)
    finally:
        await limits.close()

    assert [decision.exceeded for decision in decisions] == [None] * AT_ONCE
    assert last.headers["RateLimit"].startswith(f'"requests";r={10 * LONG - AT_ONCE - 1};')
    assert asked <= 4  # a share, and what those want for whom it was not enough; what is left is asked for, too


@pytest.mark.anyio
async def test_nothing_is_asked_any_more_when_the_limits_are_closed(lone_settings: Settings, index_name):
    """Whenever the request ended for which it was asked."""
    others = asyncio.all_tasks()
    for turn in range(TURNS):
        caller = Caller(id="k1", name="desk", scopes=frozenset(), requests_per_second=10)
        limits = RateLimits(str(lone_settings.redis_url), PATIENCE_SECONDS, Namespace(index_name).rate_limits)
        request = asyncio.create_task(limits.admit(caller, 0))
        for _ in range(turn):
            await asyncio.sleep(0)
        request.cancel()
        await asyncio.wait([request])
        await limits.close()
        assert asyncio.all_tasks() == others


def scripts_run(store: redis.Redis) -> int:
    return int(store.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


def test_an_allowance_is_spent_within_its_time():
    allowance = Allowance()

    assert allowance.spend(1, 0.0) is None
    allowance.take(3, 0.0)
    assert [allowance.spend(2, 0.5), allowance.spend(2, 0.5), allowance.spend(1, 0.5)] == [True, None, True]
    allowance.take(3, 0.5)
    assert allowance.spend(1, 1.5) is None
    assert allowance.left == 0


def test_what_is_refused_once_is_refused_for_a_moment_and_less_is_asked_for():
    allowance = Allowance()
    allowance.refuse(100, 0.0)

    assert [allowance.spend(100, 0.05), allowance.spend(99, 0.05), allowance.spend(100, 0.2)] == [False, None, None]


@pytest.mark.parametrize("rates", [Rates(requests=0), Rates(bytes=-1)])
def test_a_limit_is_positive(rates):
    with pytest.raises(ValueError, match="greater than 0"):
        KeyRecord.make("mine", (), datetime.now(UTC), rates=rates)
