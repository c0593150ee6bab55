"""Adding many articles at once has the same result as one after the other, on one shard and on several."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bench.data.synthetic import Newsroom, Sort
from support.made_up import own, told
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.policy import LARGE_INDEX
from wirematch.detection.storing.adding import AddResult
from wirematch.errors import ArticleExistsError
from wirematch.models import Article, Decision
from wirematch.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[1, 4], ids=["one-shard", "four-shards"])
async def detector(request: pytest.FixtureRequest, redis_url: str, settings: Settings) -> AsyncIterator[Detector]:
    async with open_detector(redis_url, settings.model_copy(update={"shards": request.param})) as opened:
        yield opened


async def decide(detector: Detector, articles: list[Article], **options) -> list[AddResult]:
    added = await detector.add_many(articles, **options)
    assert all(isinstance(one, AddResult) for one in added)
    return added


async def test_of_equal_ones_the_first_is_new(detector, bridge):
    first, *others = await decide(detector, [Article(body=bridge["wire"]["body"]) for _ in range(20)])

    assert first.decision is Decision.NEW
    assert {(other.decision, other.original_id) for other in others} <= {
        (Decision.DUPLICATE, one.id) for one in (first, *others)
    }
    assert others[0].original_id == first.id


async def test_a_copy_that_is_not_kept_is_nobodys_original(detector, bridge):
    articles = [Article(id=f"a{number}", body=bridge["wire"]["body"]) for number in range(20)]
    first, *others = await decide(detector, articles, unless_duplicate=True)

    assert (first.id, first.version) == ("a0", 1)
    assert {(other.id, other.version, other.original_id) for other in others} == {(None, None, "a0")}
    assert (await detector.check(articles[0])).index.articles == 1


async def test_each_taken_id_is_its_own_refusal(detector):
    await detector.add(Article(id="taken", body="Four died when the bridge fell."))
    results = await detector.add_many([Article(id=name, body=f"{name} fell.") for name in ("a", "taken", "b", "a")])

    assert [type(result) for result in results] == [AddResult, ArticleExistsError, AddResult, ArticleExistsError]
    assert await detector.add_many([]) == []


async def test_in_a_large_index_what_derives_is_found_and_what_is_new_is_new(detector):
    made = list(Newsroom(seed=5).make(0, LARGE_INDEX + 512))
    await decide(detector, [one.article for one in made[:LARGE_INDEX]], decide=False)
    rest = made[LARGE_INDEX:]
    decided = await decide(detector, [one.article for one in rest])
    by_sort = {sort: [added for one, added in zip(rest, decided, strict=True) if one.sort is sort] for sort in Sort}
    wrong = [one for one, added in zip(rest, decided, strict=True) if added.decision is Decision.NEW]

    assert all(len(added) > 10 for added in by_sort.values())
    assert {added.decision for added in by_sort[Sort.COPY]} == {Decision.DUPLICATE}
    assert {added.decision for added in by_sort[Sort.NEAR_COPY]} <= {Decision.DUPLICATE, Decision.REWRITE}
    assert {one.sort for one in wrong} <= {Sort.NEW, Sort.REWRITE}
    assert sum(one.sort is Sort.REWRITE for one in wrong) <= 0.1 * len(by_sort[Sort.REWRITE])
    assert sum(added.decision is Decision.NEW for added in by_sort[Sort.NEW]) >= 0.98 * len(by_sort[Sort.NEW])


@pytest.mark.parametrize("show_original", [False, True])
async def test_an_original_is_read_and_compared_only_to_be_shown(redis_url, settings, show_original):
    """Buckets lead to the latest copies alone, so each report would cost as much again."""
    async with open_detector(redis_url, settings.model_copy(update={"bucket_cap": 4})) as detector:
        for number in range(13):
            await decide(detector, [Article(id=f"a{number}", body=told(own(1)), source=f"Herald {number}")])
        [added] = await decide(detector, [Article(body=told(own(1)))], explain=True, show_original=show_original)

    assert (added.decision, added.original_id) == (Decision.DUPLICATE, "a0")
    assert ("a0" in [match.id for match in added.report.matches]) is show_original
