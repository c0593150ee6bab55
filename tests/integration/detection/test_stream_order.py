"""A batch of a stream that is decided before the one before it names the same originals as if it had waited."""

from __future__ import annotations

import asyncio
import threading

import pytest

from support.made_up import own, told
from wirematch.composition.components import open_detector
from wirematch.detection.deciding.decision import SubmissionDecider
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.models import Article

pytestmark = pytest.mark.anyio
CAP, HELD_SECONDS = 4, 30.0


@pytest.fixture
def settings(settings):
    """Buckets that lead from a batch to the one before it alone."""
    return settings.model_copy(update={"bucket_cap": CAP, "cpu_threads": 2})


async def test_an_answer_names_the_original_whichever_batch_is_decided_first(settings, monkeypatch):
    decide, second_decided = SubmissionDecider.decide_batch, threading.Event()

    def held(self, batch, *rest, **options):
        ids = {one.submission.id for one in batch}
        if "b0" in ids:  # the first part of the first batch; another thread decides the rest
            assert second_decided.wait(HELD_SECONDS)
        decided = decide(self, batch, *rest, **options)
        if "c0" in ids:
            second_decided.set()
        return decided

    body, order = told(own(5)), BatchOrder()
    names = [f"b{number}" for number in range(3 * CAP)]
    monkeypatch.setattr(SubmissionDecider, "decide_batch", held)
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(Article(id="a", body=body))
        may_follow = asyncio.Event()
        first = asyncio.create_task(
            detector.add_many(
                [Article(id=name, body=body) for name in names], wait=True, let_next=may_follow.set, order=order
            )
        )
        await may_follow.wait()
        [second] = await detector.add_many([Article(id="c0", body=body)], wait=True, order=order)
        added = [*await first, second]

    assert {one.original_id for one in added} == {"a"}
