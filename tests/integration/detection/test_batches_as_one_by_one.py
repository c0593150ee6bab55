"""Streams: batches have the same answers as articles that come one by one, whatever their size."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest

from support.made_up import own, reworded, told
from wirematch.composition.components import open_detector
from wirematch.detection.clustering import Clustering
from wirematch.detection.detector import Detector
from wirematch.detection.storing.batch_order import BatchOrder
from wirematch.models import Article
from wirematch.settings import Settings

pytestmark = pytest.mark.anyio
ARTICLES, STORIES = 90, 4


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
                lambda: told(story[: 2 * half - 20] + draw.choice(stories)[-20:]),
                lambda: told(story + draw.choice(stories)),
                lambda: told(own(draw.randrange(10**6))),
            ]
        )()

    def published() -> datetime | None:
        return datetime(2026, 11, draw.randint(1, 28), 10, tzinfo=UTC) if draw.random() < 0.3 else None

    return [Article(id=f"a{number}", body=text(), published_at=published()) for number in range(ARTICLES)]


async def answers(
    detector: Detector, batches: list[list[Article]], *, unless_duplicate: bool
) -> list[tuple[object, ...]]:
    """Add batches as a stream does, each as soon as the one before lets it in."""
    order, adding = BatchOrder(), list[asyncio.Task]()
    for batch in batches:
        may_follow = asyncio.Event()
        adding.append(
            asyncio.create_task(
                detector.add_many(
                    batch, unless_duplicate=unless_duplicate, wait=True, let_next=may_follow.set, order=order
                )
            )
        )
        adding[-1].add_done_callback(lambda _, done=may_follow: done.set())
        await may_follow.wait()
    added = [one for batch in await asyncio.gather(*adding) for one in batch]
    return [(one.id, one.version, one.decision, one.original_id, *one.pickups) for one in added]


@pytest.mark.parametrize("unless_duplicate", [True, False])
@pytest.mark.parametrize("seed", range(3))
async def test_a_batch_has_the_answers_of_articles_one_by_one(
    redis_url, settings: Settings, unless_duplicate: bool, seed: int
):
    """Whatever the number of shards: each of the two adds them one by one for every other seed."""
    draw = random.Random(seed)
    articles, batches = drawn(draw), list[list[Article]]()
    while sum(map(len, batches)) < len(articles):
        done = sum(map(len, batches))
        batches.append(articles[done : done + draw.choice((1, 2, 5, 20, 33))])
    found = []
    ways = {"alone": [[one] for one in articles], "batches": batches, "one": [articles]}
    alone = ("alone", 3 if seed % 2 else 1)
    for name, shards in (alone, ("batches", 1), ("batches", 3), ("one", 1), ("one", 3)):
        given = ways[name]
        chosen = settings.model_copy(update={"shards": shards, "index": f"{settings.index}-{name}-{shards}"})
        async with open_detector(redis_url, chosen) as detector:
            if name == "alone":  # nothing overlaps
                parts = [await answers(detector, [one], unless_duplicate=unless_duplicate) for one in given]
                found.append([one for part in parts for one in part])
            else:
                found.append(await answers(detector, given, unless_duplicate=unless_duplicate))
    for others in found[1:]:
        assert others == found[0]
    assert len({decision for _, _, decision, *_ in found[0]}) > 1


async def test_a_batch_joins_clusters_after_the_one_before_whoever_is_decided_first(redis_url, settings, monkeypatch):
    """The second batch is decided while the first is held up: its answer knows what became of the first."""
    story, other = own(1), own(2)
    first = [Article(id="a", body=told(story)), Article(id="b", body=told(story[:100] + other[:20]))]
    second = [Article(id="c", body=first[1].body)]
    joined, decided = list[str](), asyncio.Event()
    join = Clustering.join

    async def note(clustering, batch, *args, **more):
        joined.extend(one.retrieved.submission.id for one in batch)
        return await join(clustering, batch, *args, **more)

    monkeypatch.setattr(Clustering, "join", note)
    async with open_detector(redis_url, settings) as detector:
        run = detector.executor.run_weighed

        async def hold_first_up(weight, work, part, *args, **more):
            found = await run(weight, work, part, *args, **more)
            if part[0].submission.id == "c":
                decided.set()
            await decided.wait()
            return found

        monkeypatch.setattr(detector.executor, "run_weighed", hold_first_up)
        added = await answers(detector, [first, second], unless_duplicate=False)
    assert joined == ["a", "b", "c"]
    assert [original for _, _, _, original, *_ in added] == [None, "a", "a"]


async def test_a_batch_of_more_copies_than_a_bucket_holds_leaves_one_article(redis_url, settings):
    body = told(own(1))
    batch = [Article(id=f"a{number}", body=body) for number in range(2 * settings.bucket_cap + 1)]
    async with open_detector(redis_url, settings) as detector:
        first, *copies = await detector.add_many(batch, unless_duplicate=True)

        assert first.id == "a0"
        assert {(one.id, one.original_id) for one in copies} == {(None, "a0")}
        records, _ = await detector.index.list_page(0, 2)
        assert [record.article.id for record in records] == ["a0"]
