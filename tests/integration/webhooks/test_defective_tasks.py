"""A webhook task that fails by a defect, or cannot be read, holds up no other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.waiting import PATIENCE_SECONDS
from support.webhook_outbox import courier_of, given_up
from support.webhook_receiver import SECRET
from wirematch.errors import ArticleNotFoundError, DamagedRecordError
from wirematch.models import Article
from wirematch.webhooks.courier import Courier
from wirematch.webhooks.sender import Receiver
from wirematch.webhooks.signing import read_secrets


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
