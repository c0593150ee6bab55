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
from support.webhook_outbox import courier_of, given_up, make_all_due, told_of, working_until
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.detection.storing.adding import complete
from wirematch.errors import ArticleNotFoundError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article
from wirematch.webhooks.courier import MAX_LOOKUPS, Courier
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets

ARTICLES = "/v1/articles"


@pytest.mark.anyio
async def test_a_receiver_that_fails_is_asked_again(watching, receiver, bridge, time_flies):
    receiver.statuses = [500, 302, 429]
    receiver.open()
    async with courier_of(watching()) as (components, _):
        seconds = itertools.count(round(time.time()))  # each reading of the clock is a second after the one before
        target = Receiver(receiver.url, read_secrets(SECRET), PATIENCE_SECONDS, give_up=3_600.0, private=True)
        courier = Courier(components.detector, components.listener, target, clock=lambda: next(seconds))
        await components.detector.add(Article.model_validate(bridge["wire"]))
        await components.detector.add(Article.model_validate(bridge["copy"] | {"source": "Courier"}))
        await working_until(courier, lambda: bool(receiver.taken), time_flies)

    assert len(receiver.seen) == 4
    assert len({headers["webhook-id"] for headers in receiver.seen}) == 1
    times = [int(headers["webhook-timestamp"]) for headers in receiver.seen]
    assert times == sorted(set(times))  # signed anew each time


def served(serve: Callable[..., LiveService], receiver: WebhookReceiver) -> LiveService:
    chosen = {"URL": receiver.url, "SECRET": SECRET, "TIMEOUT": str(PATIENCE_SECONDS), "PRIVATE": "true"}
    return serve(environment={f"WIREMATCH_WEBHOOK_{name}": value for name, value in chosen.items()})


def hand_over(service: LiveService) -> None:
    """Release the leases of a process that no longer exists."""
    with client_of(EmbeddedStore(service.data_dir).url) as store:
        make_all_due(store, "main")


def test_killed_between_storing_and_delivering_it_delivers_after_a_restart(serve, receiver, bridge):
    service = served(serve, receiver)
    service.store(bridge["wire"], bridge["copy"] | {"id": "c-1", "source": "Courier"})
    service.end(signal.SIGKILL)
    receiver.open()
    assert not receiver.taken
    hand_over(served(serve, receiver))
    wait_for(lambda: receiver.taken, "the message")

    assert receiver.taken[0]["data"]["article"]["id"] == "c-1"


def test_killed_while_the_receiver_thinks_it_tells_again_after_a_restart(serve, receiver, bridge):
    receiver.seconds = PATIENCE_SECONDS
    receiver.open()
    service = served(serve, receiver)
    service.store(bridge["wire"], bridge["copy"] | {"id": "c-1", "source": "Courier"})
    wait_for(lambda: receiver.seen, "an attempt")
    service.end(signal.SIGKILL)
    receiver.seconds = 0
    hand_over(served(serve, receiver))
    wait_for(lambda: receiver.taken, "the message")

    assert len(receiver.seen) >= 2
    assert len({headers["webhook-id"] for headers in receiver.seen}) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("copies", [1, 3])
async def test_what_died_before_it_knew_its_pickups_is_looked_up_by_another(
    watching, receiver, bridge, copies, time_flies
):
    receiver.open()
    chosen = watching()
    async with courier_of(chosen) as (components, courier):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        names = [f"c-{number}" for number in range(copies)]
        notes = await components.listener.outbox.expect(names, 3_600.0)
        for name in names:  # stored, and not a word more
            article = complete(Article.model_validate(bridge["copy"] | {"id": name, "source": "Courier"}))
            await components.detector.index.create_many([(article, sign(article.body, FingerprintScheme()))])
        assert len(notes) == copies
        await working_until(courier, lambda: len(told_of(receiver, "Norwind")) >= copies, time_flies)

    assert set(told_of(receiver, "Norwind")) == set(names)


@pytest.mark.anyio
async def test_several_processes_share_the_messages(watching, receiver, bridge, all_told):
    receiver.seconds = 0.05
    receiver.open()
    chosen = watching()
    async with courier_of(chosen) as (components, one), courier_of(chosen) as (_, other):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        for number in range(24):
            copy = bridge["copy"] | {"id": f"c-{number}", "source": "Norwind" if number % 2 else "Courier"}
            await components.detector.add(Article.model_validate(copy))
        working = [asyncio.create_task(courier.run()) for courier in (one, other)]
        await until(lambda: len(receiver.taken) >= 12 and all_told())
        for task in working:
            task.cancel()
        await asyncio.wait(working)

    ids = [told["id"] for told in receiver.taken]
    assert len(ids) == len(set(ids))


@pytest.mark.anyio
async def test_a_message_that_nobody_ever_takes_is_given_up(watching, receiver, store, index_name, bridge, caplog):
    receiver.statuses = [500] * 10
    receiver.open()
    before = given_up("delivery")
    async with courier_of(watching(webhook_give_up_hours=1e-9)) as (components, courier):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        await components.detector.add(Article.model_validate(bridge["copy"] | {"source": "Courier"}))
        await courier.work()

    assert not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")
    assert "given up after 1 attempts: status 500" in caplog.text
    assert given_up("delivery") == before + 1


@pytest.mark.anyio
async def test_a_clock_that_is_wrong_by_a_month_takes_no_attempts_away(watching, receiver, bridge, time_flies):
    """Nor does a month in which no service ran. The receiver refuses messages with a wrong date."""
    receiver.open()
    async with courier_of(watching()) as (components, _):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        await components.detector.add(Article.model_validate(bridge["copy"] | {"source": "Courier"}))
        target = Receiver(receiver.url, read_secrets(SECRET), PATIENCE_SECONDS, give_up=72 * 3_600.0, private=True)
        ahead = iter([30 * 86_400.0] * 3)
        courier = Courier(
            components.detector, components.listener, target, clock=lambda: time.time() + next(ahead, 0.0)
        )
        await courier.work()
        assert receiver.taken == []
        await working_until(courier, lambda: bool(receiver.taken), time_flies)

    assert len(receiver.taken) == 1


@pytest.mark.anyio
async def test_an_article_that_never_came_is_forgotten_in_the_end(watching, store, index_name):
    async with courier_of(watching()) as (components, courier):
        [note] = await components.listener.outbox.expect(["nobody"], 0)
        for tries in range(1, MAX_LOOKUPS):
            assert await courier.work()
            [content] = store.hvals(f"{{{index_name}}}:outbox:content")
            assert json.loads(content)["tries"] == tries
            store.zadd(f"{{{index_name}}}:outbox", {note: 0})  # time flies
        assert await courier.work()

    assert not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")


@pytest.mark.anyio
async def test_where_the_outbox_cannot_be_written_nothing_is_stored(watching, bridge, monkeypatch):
    async with courier_of(watching()) as (components, _):

        async def fails(*_: Any) -> None:
            raise IndexUnavailableError("gone")

        monkeypatch.setattr(components.listener.outbox, "expect", fails)
        with pytest.raises(IndexUnavailableError):
            await components.detector.add(Article.model_validate(bridge["wire"]))
        with pytest.raises(ArticleNotFoundError):
            await components.detector.stored.get(bridge["wire"]["id"])


@pytest.mark.anyio
async def test_where_it_fails_after_storing_the_article_is_looked_up_later(
    watching, receiver, bridge, monkeypatch, caplog, time_flies
):
    receiver.open()
    async with courier_of(watching()) as (components, courier):
        await components.detector.add(Article.model_validate(bridge["wire"]))

        async def fails(*_: Any) -> None:
            raise IndexUnavailableError("gone")

        with monkeypatch.context() as patch:
            patch.setattr(components.listener.outbox, "settle", fails)
            copy = Article.model_validate(bridge["copy"] | {"id": "c-1", "source": "Courier"})
            receipt = await components.detector.add(copy)
        assert receipt.stored
        await working_until(courier, lambda: len(receiver.taken) >= 1, time_flies)

    assert [told["data"]["article"]["id"] for told in receiver.taken] == ["c-1"]
    assert "looked up again" in caplog.text
