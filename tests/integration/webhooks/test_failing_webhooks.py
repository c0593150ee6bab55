"""Receivers fail, processes die, the outbox cannot be written: pickups are reported all the same."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from support.live_service import LiveService, client_of
from support.waiting import PATIENCE_SECONDS, until, wait_for
from support.webhook_desk import SECRET, Desk
from support.webhook_outbox import courier_of, make_all_due, told_of, working_until
from wirematch.detection.completion import complete
from wirematch.errors import ArticleNotFoundError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article
from wirematch.webhooks.courier import MAX_LOOKUPS, Courier
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets

ARTICLES = "/v1/articles"


@pytest.mark.anyio
async def test_a_receiver_that_fails_is_asked_again(watching, desk, bridge, time_flies):
    desk.statuses = [500, 302, 429]
    desk.open()
    async with courier_of(watching()) as (parts, _):
        seconds = itertools.count(round(time.time()))  # each reading of the clock is a second after the one before
        receiver = Receiver(desk.url, read_secrets(SECRET), PATIENCE_SECONDS, give_up=3_600.0, private=True)
        courier = Courier(parts.detector, parts.listener, receiver, clock=lambda: next(seconds))
        await parts.detector.add(Article.model_validate(bridge["wire"]))
        await parts.detector.add(Article.model_validate(bridge["copy"] | {"source": "Courier"}))
        await working_until(courier, lambda: bool(desk.taken), time_flies)

    assert len(desk.seen) == 4
    assert len({headers["webhook-id"] for headers in desk.seen}) == 1
    times = [int(headers["webhook-timestamp"]) for headers in desk.seen]
    assert times == sorted(set(times))  # signed anew each time


def served(serve: Callable[..., LiveService], desk: Desk) -> LiveService:
    chosen = {"URL": desk.url, "SECRET": SECRET, "TIMEOUT": str(PATIENCE_SECONDS), "PRIVATE": "true"}
    return serve(environment={f"WIREMATCH_WEBHOOK_{name}": value for name, value in chosen.items()})


def hand_over(service: LiveService) -> None:
    """Release the leases of a process that no longer exists."""
    with client_of(EmbeddedStore(service.data_dir).url) as store:
        make_all_due(store, "main")


def send(service: LiveService, *articles: dict[str, Any]) -> None:
    for article in articles:
        assert service.post(f"{ARTICLES}", article).status_code == 201


def test_killed_between_storing_and_delivering_it_delivers_after_a_restart(serve, desk, bridge):
    service = served(serve, desk)
    send(service, bridge["wire"], bridge["copy"] | {"id": "c-1", "source": "Courier"})
    service.end(signal.SIGKILL)
    desk.open()
    assert not desk.taken
    hand_over(served(serve, desk))
    wait_for(lambda: desk.taken, "the message")

    assert desk.taken[0]["data"]["article"]["id"] == "c-1"


def test_killed_while_the_receiver_thinks_it_tells_again_after_a_restart(serve, desk, bridge):
    desk.seconds = PATIENCE_SECONDS
    desk.open()
    service = served(serve, desk)
    send(service, bridge["wire"], bridge["copy"] | {"id": "c-1", "source": "Courier"})
    wait_for(lambda: desk.seen, "an attempt")
    service.end(signal.SIGKILL)
    desk.seconds = 0
    hand_over(served(serve, desk))
    wait_for(lambda: desk.taken, "the message")

    assert len(desk.seen) >= 2
    assert len({headers["webhook-id"] for headers in desk.seen}) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("copies", [1, 3])
async def test_what_died_before_it_knew_its_pickups_is_looked_up_by_another(watching, desk, bridge, copies, time_flies):
    desk.open()
    chosen = watching()
    async with courier_of(chosen) as (parts, courier):
        await parts.detector.add(Article.model_validate(bridge["wire"]))
        names = [f"c-{number}" for number in range(copies)]
        notes = await parts.listener.outbox.expect(names, 3_600.0)
        for name in names:  # stored, and not a word more
            article = complete(Article.model_validate(bridge["copy"] | {"id": name, "source": "Courier"}))
            await parts.detector.index.create_many([(article, sign(article.body, FingerprintScheme()))])
        assert len(notes) == copies
        await working_until(courier, lambda: len(told_of(desk, "Norwind")) >= copies, time_flies)

    assert set(told_of(desk, "Norwind")) == set(names)


@pytest.mark.anyio
async def test_several_processes_share_the_messages(watching, desk, bridge, all_told):
    desk.seconds = 0.05
    desk.open()
    chosen = watching()
    async with courier_of(chosen) as (parts, one), courier_of(chosen) as (_, other):
        await parts.detector.add(Article.model_validate(bridge["wire"]))
        for number in range(24):
            copy = bridge["copy"] | {"id": f"c-{number}", "source": "Norwind" if number % 2 else "Courier"}
            await parts.detector.add(Article.model_validate(copy))
        working = [asyncio.create_task(courier.run()) for courier in (one, other)]
        await until(lambda: len(desk.taken) >= 12 and all_told())
        for task in working:
            task.cancel()
        await asyncio.wait(working)

    ids = [told["id"] for told in desk.taken]
    assert len(ids) == len(set(ids))


@pytest.mark.anyio
async def test_a_message_that_nobody_ever_takes_is_given_up(watching, desk, store, index_name, bridge, caplog):
    desk.statuses = [500] * 10
    desk.open()
    async with courier_of(watching(webhook_give_up_hours=1e-9)) as (parts, courier):
        await parts.detector.add(Article.model_validate(bridge["wire"]))
        await parts.detector.add(Article.model_validate(bridge["copy"] | {"source": "Courier"}))
        await courier.work()

    assert not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")
    assert "given up after 1 attempts: status 500" in caplog.text


@pytest.mark.anyio
async def test_an_article_that_never_came_is_forgotten_in_the_end(watching, store, index_name):
    async with courier_of(watching()) as (parts, courier):
        [note] = await parts.listener.outbox.expect(["nobody"], 0)
        for tries in range(1, MAX_LOOKUPS):
            assert await courier.work()
            [content] = store.hvals(f"{{{index_name}}}:outbox:content")
            assert json.loads(content)["tries"] == tries
            store.zadd(f"{{{index_name}}}:outbox", {note: 0})  # time flies
        assert await courier.work()

    assert not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")


@pytest.mark.anyio
async def test_where_the_outbox_cannot_be_written_nothing_is_stored(watching, bridge, monkeypatch):
    async with courier_of(watching()) as (parts, _):

        async def fails(*_: Any) -> None:
            raise IndexUnavailableError("gone")

        monkeypatch.setattr(parts.listener.outbox, "expect", fails)
        with pytest.raises(IndexUnavailableError):
            await parts.detector.add(Article.model_validate(bridge["wire"]))
        with pytest.raises(ArticleNotFoundError):
            await parts.detector.stored.get(bridge["wire"]["id"])


@pytest.mark.anyio
async def test_where_it_fails_after_storing_the_article_is_looked_up_later(
    watching, desk, bridge, monkeypatch, caplog, time_flies
):
    desk.open()
    async with courier_of(watching()) as (parts, courier):
        await parts.detector.add(Article.model_validate(bridge["wire"]))

        async def fails(*_: Any) -> None:
            raise IndexUnavailableError("gone")

        with monkeypatch.context() as patch:
            patch.setattr(parts.listener.outbox, "settle", fails)
            copy = Article.model_validate(bridge["copy"] | {"id": "c-1", "source": "Courier"})
            receipt = await parts.detector.add(copy)
        assert receipt.stored
        await working_until(courier, lambda: len(desk.taken) >= 1, time_flies)

    assert [told["data"]["article"]["id"] for told in desk.taken] == ["c-1"]
    assert "looked up again" in caplog.text
