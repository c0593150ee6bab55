"""Streams that drop duplicates: batches have the same answers as articles that come one by one, in any order."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest

from support.made_up import own, reworded, told
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.models import Article
from wirematch.settings import Settings

pytestmark = pytest.mark.anyio
ARTICLES, STORIES = 60, 4


def drawn(draw: random.Random) -> list[Article]:
    """Copies, near copies, rewrites, mixtures and other texts of a few stories, some with times of publication."""
    stories = [own(draw.randrange(10**6)) for _ in range(STORIES)]

    def text() -> str:
        story, half = draw.choice(stories), 60
        return draw.choice(
            [
                lambda: told(story),
                lambda: told(story),
                lambda: f"{told(story)}\n",
                lambda: told(reworded(draw, story, 0.97)),
                lambda: told(reworded(draw, story, 0.7)),
                lambda: told(story[:half] + draw.choice(stories)[half:]),
                lambda: told(own(draw.randrange(10**6))),
            ]
        )()

    def published() -> datetime | None:
        return datetime(2026, 11, draw.randint(1, 28), 10, tzinfo=UTC) if draw.random() < 0.3 else None

    return [Article(id=f"a{number}", body=text(), published_at=published()) for number in range(ARTICLES)]


async def answers(detector: Detector, batches: list[list[Article]]) -> list[tuple[object, ...]]:
    """Add batches as a stream does, each as soon as the one before lets it in."""
    turn, adding = BatchOrder(), list[asyncio.Task]()
    for batch in batches:
        may_follow = asyncio.Event()
        adding.append(
            asyncio.create_task(
                detector.add_many(batch, unless_duplicate=True, wait=True, let_next=may_follow.set, turn=turn)
            )
        )
        adding[-1].add_done_callback(lambda _, done=may_follow: done.set())
        await may_follow.wait()
    added = [one for batch in await asyncio.gather(*adding) for one in batch]
    return [(one.id, one.version, one.decision, one.original_id, *one.pickups) for one in added]


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("seed", range(3))
async def test_a_batch_has_the_answers_of_articles_one_by_one(redis_url, settings: Settings, shards: int, seed: int):
    draw = random.Random(seed)
    articles, batches = drawn(draw), list[list[Article]]()
    while sum(map(len, batches)) < len(articles):
        done = sum(map(len, batches))
        batches.append(articles[done : done + draw.choice((1, 5, 20, 33))])
    found = []
    for name, given in (("alone", [[one] for one in articles]), ("batches", batches)):
        chosen = settings.model_copy(update={"shards": shards, "index": f"{settings.index}-{name}"})
        async with open_detector(redis_url, chosen) as detector:
            found.append(await answers(detector, given))
    assert found[0] == found[1]
    assert len({decision for _, _, decision, *_ in found[0]}) > 1


async def test_a_batch_of_more_copies_than_a_bucket_holds_leaves_one_article(redis_url, settings):
    body = told(own(1))
    batch = [Article(id=f"a{number}", body=body) for number in range(2 * settings.bucket_cap + 1)]
    async with open_detector(redis_url, settings) as detector:
        first, *copies = await detector.add_many(batch, unless_duplicate=True)

        assert first.id == "a0"
        assert {(one.id, one.original_id) for one in copies} == {(None, "a0")}
        records, _ = await detector.index.list_page(0, 2)
        assert [record.article.id for record in records] == ["a0"]
