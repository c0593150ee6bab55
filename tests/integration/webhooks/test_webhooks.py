"""Pickups are told to a real receiver on loopback, whatever fails; the reference checks signatures."""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient
from standardwebhooks import WebhookVerificationError

from support.live_service import LiveService, client_of
from support.waiting import PATIENCE_SECONDS, until, wait_for
from support.webhook_desk import SECRET, Desk
from wirematch.app import create_app
from wirematch.composition.couriers import make_courier
from wirematch.composition.parts import Parts, open_parts
from wirematch.detection.completion import complete
from wirematch.errors import ArticleNotFoundError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme, sign
from wirematch.index.embedded import EmbeddedStore
from wirematch.models import Article
from wirematch.settings import Settings
from wirematch.webhooks.courier import MAX_LOOKUPS, Courier
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets

ARTICLES = "/v1/articles"


@pytest.fixture
def watching(settings: Settings, desk: Desk) -> Callable[..., Settings]:
    chosen = {
        "webhook_secret": SECRET,
        "webhook_url": desk.url,
        "webhook_timeout": PATIENCE_SECONDS,
        "webhook_private": True,
    }
    return lambda **others: Settings(**settings.model_dump(exclude_unset=True), **chosen | others)


@asynccontextmanager
async def courier_of(settings: Settings) -> AsyncIterator[tuple[Parts, Courier]]:
    async with open_parts(settings.redis_url or "", settings) as parts:
        courier = make_courier(parts, settings)
        assert courier is not None
        yield parts, courier


@pytest.fixture
def time_flies(store: redis.Redis, index_name: str) -> Callable[[], None]:
    """Everything in the outbox is due now."""
    return lambda: make_all_due(store, index_name)


@pytest.fixture
def all_told(store: redis.Redis, index_name: str) -> Callable[[], bool]:
    """Whether the outbox is empty, so that nothing more will come."""
    return lambda: not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")


def make_all_due(store: redis.Redis, index_name: str) -> None:
    outbox = f"{{{index_name}}}:outbox"
    if names := store.zrange(outbox, 0, -1):
        store.zadd(outbox, dict.fromkeys(names, 0), xx=True)


async def working_until(courier: Courier, done: Callable[[], bool], time_flies: Callable[[], None]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not done():
            time_flies()
            await courier.work()


def told_of(desk: Desk, source: str) -> list[str]:
    """Ids of the articles that picked up a source's stories."""
    return [told["data"]["article"]["id"] for told in desk.taken if told["data"]["story"]["source"] == source]


def story(article: dict[str, Any], **others: Any) -> dict[str, Any]:
    return article | {"published_at": None} | others


def test_a_pickup_is_told_and_signed(watching, desk, bridge, all_told):
    desk.open()
    with TestClient(create_app(watching())) as client:
        client.post(ARTICLES, json=bridge["wire"])
        client.post(ARTICLES, json=bridge["independent"])
        answer = client.post(ARTICLES, json=bridge["rewrite"] | {"id": "r-1", "source": "Courier"}).json()
        wait_for(lambda: desk.taken and all_told(), "a message")

    [told] = desk.taken
    match = answer["report"]["matches"][0]
    assert told["type"] == "story.picked_up"
    assert told["data"]["story"]["id"] == bridge["wire"]["id"]
    assert (told["data"]["article"]["id"], told["data"]["article"]["source"]) == ("r-1", "Courier")
    for name in ("relation", "derivation", "probability", "coverage", "verbatim", "credited"):
        assert told["data"][name] == match[name]
    [headers] = desk.seen
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Wirematch/")


def test_a_receiver_with_another_secret_takes_nothing(watching, desk, bridge):
    other = Desk("whsec_" + "A" * 40)
    other.open()
    try:
        with TestClient(create_app(watching(webhook_url=other.url))) as client:
            client.post(ARTICLES, json=bridge["wire"])
            client.post(ARTICLES, json=bridge["copy"] | {"source": "Courier"})
            wait_for(lambda: other.seen, "an attempt")
        assert not other.taken
        with pytest.raises(WebhookVerificationError):
            other.verify(b"{}", other.seen[0])
    finally:
        other.close()


@pytest.mark.parametrize(
    ("sources", "story_source", "article_source", "told"),
    [
        (["Norwind"], "Norwind", "Courier", 1),
        (["Aster"], "Norwind", "Courier", 0),
        (["Norwind"], "Norwind", "Norwind", 0),  # an update, not a pickup
        (None, "Norwind", "Courier", 1),
        (None, None, "Courier", 0),
    ],
)
def test_which_sources_are_watched(watching, store, index_name, bridge, sources, story_source, article_source, told):
    with TestClient(create_app(watching(webhook_sources=sources))) as client:
        client.post(ARTICLES, json=bridge["wire"] | {"source": story_source})
        client.post(ARTICLES, json=bridge["copy"] | {"source": article_source})

        assert store.zcard(f"{{{index_name}}}:outbox") == told
        assert store.hlen(f"{{{index_name}}}:outbox:content") == told


@pytest.mark.parametrize(
    "way", ["post", "post without report", "put", "put without report", "bulk", "bulk without report", "late wire"]
)
def test_by_whichever_way_an_article_comes(watching, desk, bridge, way, all_told):
    desk.open()
    wire, copy = story(bridge["wire"]), story(bridge["copy"], id="c-1", source="Courier")
    with TestClient(create_app(watching())) as client:
        if way == "late wire":
            client.post(ARTICLES, json=copy | {"published_at": "2026-03-04T10:00:00Z"})
            client.post(ARTICLES, json=wire | {"published_at": "2026-03-03T10:00:00Z"})
        else:
            client.post(ARTICLES, json=wire)
            params = {"report": "without" not in way}
            if way.startswith("bulk"):
                lines = Article.model_validate(copy).model_dump_json()
                headers = {"content-type": "application/x-ndjson"}
                client.post(f"{ARTICLES}/bulk", content=lines, headers=headers, params=params)
            elif way.startswith("put"):
                client.put(f"{ARTICLES}/c-1", json=copy, params=params)
            else:
                client.post(ARTICLES, json=copy, params=params)
        wait_for(lambda: desk.taken and all_told(), "a message")

    [told] = desk.taken
    assert (told["data"]["story"]["id"], told["data"]["article"]["id"]) == (wire["id"], "c-1")
    assert told["data"]["relation"] == "copy"


def test_a_late_story_tells_of_more_pickups_than_a_report(watching, desk, bridge):
    desk.open()
    copies = [
        bridge["copy"] | {"id": f"c-{number}", "source": "Courier", "published_at": f"2026-03-04T10:{number:02}:00Z"}
        for number in range(14)
    ]
    with TestClient(create_app(watching(webhook_sources=["Norwind"]))) as client:
        for copy in copies:
            client.post(ARTICLES, json=copy, params={"report": False})
        client.post(ARTICLES, json=bridge["wire"] | {"published_at": "2026-03-03T10:00:00Z"})
        wait_for(lambda: len(desk.taken) >= 14, "fourteen messages")

    assert {told["data"]["article"]["id"] for told in desk.taken} == {copy["id"] for copy in copies}


def test_an_update_is_told_anew_and_the_same_again_is_not(watching, desk, bridge, all_told):
    desk.open()
    copy = story(bridge["copy"], source="Courier")
    with TestClient(create_app(watching())) as client:
        client.post(ARTICLES, json=bridge["wire"])
        client.put(f"{ARTICLES}/c-1", json=copy | {"id": "c-1"})
        client.put(f"{ARTICLES}/c-1", json=copy | {"id": "c-1"})
        client.put(f"{ARTICLES}/c-1", json=copy | {"id": "c-1", "headline": "Another headline"})
        wait_for(lambda: len(desk.taken) >= 2 and all_told(), "two messages")

    assert len({told["id"] for told in desk.taken}) == len(desk.taken) == 2


def test_nothing_is_told_of_what_was_not_stored(watching, store, index_name, bridge):
    with TestClient(create_app(watching())) as client:
        client.post(ARTICLES, json=bridge["wire"])
        client.post(ARTICLES, json=bridge["copy"] | {"source": "Courier"}, params={"store": "unless_duplicate"})
        client.post(ARTICLES, json=bridge["copy"] | {"id": bridge["wire"]["id"], "source": "Courier"})

        assert not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")


@pytest.mark.anyio
async def test_a_receiver_that_fails_is_asked_again(watching, desk, bridge, time_flies):
    desk.statuses = [500, 302, 429]
    desk.open()
    async with courier_of(watching()) as (parts, _):
        seconds = itertools.count(round(time.time()))  # each look at the clock is a second after the one before
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
    """What a process that is no more had claimed is anybody's now."""
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
