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
from support.webhook_outbox import courier_of, make_all_due, told_of, working_until
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.detection.storing.adding import complete
from wirematch.errors import ArticleNotFoundError, DamagedRecordError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article
from wirematch.observability import metrics
from wirematch.webhooks.courier import MAX_LOOKUPS, Courier
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets

ARTICLES = "/v1/articles"


def given_up(task: str) -> float:
    """How many tasks of a kind the metrics of this process count as given up."""
    return metrics.REGISTRY.get_sample_value("wirematch_webhooks_given_up_total", {"task": task}) or 0.0


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
async def test_a_defect_in_one_task_does_not_hold_up_the_others(watching, store, index_name, monkeypatch, caplog):
    async with courier_of(watching()) as (components, courier):
        [poison, _] = await components.listener.outbox.expect(["poison", "nobody"], 0)
        look_up = components.detector.stored.report_on_stored

        async def meet_a_defect(article_id: str):
            return await look_up(article_id) if article_id == "nobody" else {}["defect"]

        monkeypatch.setattr(components.detector.stored, "report_on_stored", meet_a_defect)
        assert await courier.work()

    contents = store.hgetall(f"{{{index_name}}}:outbox:content")
    tries = {json.loads(content)["article_id"]: json.loads(content)["tries"] for content in contents.values()}
    assert tries == {"poison": 0, "nobody": 1}
    assert poison.encode() in store.zrange(f"{{{index_name}}}:outbox", 0, -1)  # it is tried again
    assert "a webhook task failed" in caplog.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("of", "defect"),
    [("look-up", KeyError("defect")), ("message", KeyError("defect")), ("look-up", DamagedRecordError(7))],
)
async def test_a_task_that_meets_a_defect_each_time_is_given_up_as_a_message_that_nobody_takes(
    watching, receiver, bridge, monkeypatch, caplog, time_flies, all_told, of, defect
):
    async with courier_of(watching()) as (components, _):
        target = Receiver(receiver.url, read_secrets(SECRET), PATIENCE_SECONDS, give_up=60.0, private=True)
        courier = Courier(components.detector, components.listener, target)
        await components.detector.add(Article.model_validate(bridge["wire"]))
        await components.detector.add(Article.model_validate(bridge["copy"] | {"id": "c-1", "source": "Courier"}))
        if of == "look-up":
            while not all_told():
                receiver.open()
                await courier.work()
            await components.listener.outbox.expect(["c-1"], 0)

        async def meets_a_defect(*_: Any) -> None:
            raise defect

        monkeypatch.setattr(components.detector.stored, "report_on_stored", meets_a_defect)
        monkeypatch.setattr(courier, "_post", meets_a_defect)
        rounds = 0
        while not all_told():
            time_flies()
            await courier.work()
            rounds += 1
            assert rounds < 20

    assert rounds > 2
    assert f"is given up after {rounds} attempts: {type(defect).__name__}" in caplog.text
    assert "c-1" in caplog.messages[-1]  # all of it is in the log


@pytest.mark.anyio
async def test_a_task_that_cannot_be_read_is_given_up_and_holds_up_no_other(
    watching, receiver, bridge, store, index_name, caplog, all_told
):
    receiver.open()
    before = given_up("delivery"), given_up("look_up")
    async with courier_of(watching()) as (components, courier):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        await components.detector.add(Article.model_validate(bridge["copy"] | {"id": "c-1", "source": "Courier"}))
        store.zadd(f"{{{index_name}}}:outbox", {"send:torn": 0, "look:gone": 0})
        store.hset(f"{{{index_name}}}:outbox:content", "send:torn", b'{"event_id": "torn"')
        while not all_told():
            await courier.work()

    assert [told["data"]["article"]["id"] for told in receiver.taken] == ["c-1"]
    assert 'webhook task send:torn cannot be read and is given up: b\'{"event_id": "torn"\'' in caplog.text
    assert (given_up("delivery"), given_up("look_up")) == (before[0] + 1, before[1] + 1)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "torn", [b'{"event_id": "torn"', b"[]", b'{"payload": "{}"}', b'{"payload": "{\\"data\\": 7}"}', b""]
)
async def test_a_message_that_cannot_be_read_keeps_no_article_from_being_deleted(
    watching, bridge, store, index_name, torn
):
    async with courier_of(watching()) as (components, _):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        store.hset(f"{{{index_name}}}:outbox:content", "send:torn", torn)
        await components.detector.delete(bridge["wire"]["id"])
        with pytest.raises(ArticleNotFoundError):
            await components.detector.stored.get(bridge["wire"]["id"])


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
