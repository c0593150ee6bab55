"""While a part of the index does not answer, what is found is told at once, and the rest once it answers."""

from __future__ import annotations

import pytest

from support.partial_index import without_answers
from support.webhook_outbox import courier_of, told_of, working_until
from wirematch.models import Article
from wirematch.webhooks.courier import MAX_LOOKUPS

pytestmark = pytest.mark.anyio


async def test_what_is_found_is_told_at_once_and_the_rest_later(watching, receiver, bridge, time_flies, monkeypatch):
    receiver.open()
    async with courier_of(watching()) as (components, courier):
        for source in ("Norwind", "Averland"):
            story = bridge["wire"] | {"id": f"from-{source}", "source": source, "kind": "wire"}
            await components.detector.add(Article.model_validate(story))
        copy = Article.model_validate(bridge["copy"] | {"id": "copy", "source": "Courier"})
        with monkeypatch.context() as patched:
            without_answers(patched, lambda name: name == "from-Averland")
            await components.detector.add(copy)
            await working_until(courier, lambda: "copy" in told_of(receiver, "Norwind"), lambda: None)
            time_flies()
            assert await courier.work()  # it looks once more, as long as the rest may be there
            assert told_of(receiver, "Norwind").count("copy") == 1
            assert "copy" not in told_of(receiver, "Averland")
        await working_until(courier, lambda: "copy" in told_of(receiver, "Averland"), time_flies)


async def test_in_the_end_nothing_more_is_expected(watching, receiver, bridge, time_flies, monkeypatch, all_told):
    receiver.open()
    async with courier_of(watching()) as (components, courier):
        await components.detector.add(Article.model_validate(bridge["wire"]))
        without_answers(monkeypatch, lambda _: False)
        await components.detector.add(Article.model_validate(bridge["copy"] | {"id": "copy", "source": "Courier"}))
        for _ in range(MAX_LOOKUPS + 2):
            time_flies()
            await courier.work()

    assert all_told()
    assert set(told_of(receiver, "Norwind")) == {"copy"}
