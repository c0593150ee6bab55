from __future__ import annotations

import pytest

from wirematch.detection.telemetry import Step
from wirematch.errors import ArticleExistsError
from wirematch.models import Article, Decision

pytestmark = pytest.mark.anyio


def article(given: dict, article_id: str) -> Article:
    return Article.model_validate(given | {"id": article_id})


async def test_a_batch_goes_through_every_step_once(detector, telemetry, bridge):
    await detector.add_many([article(bridge["wire"], "wire"), article(bridge["rewrite"], "rewrite")])

    assert [step for step, _ in telemetry.steps] == [
        Step.SIGN, Step.STORE, Step.LOOK_UP, Step.EXCERPTS, Step.FETCH, Step.SIEVE, Step.DECIDE, Step.PREPARE,
        Step.COMPARE, Step.CLUSTER,
    ]  # fmt: skip
    counts = dict(telemetry.steps)
    assert (counts[Step.DECIDE], counts[Step.PREPARE], counts[Step.COMPARE]) == (2, 2, 1)


async def test_what_only_stores_is_only_signed_and_stored(detector, telemetry, bridge):
    [added] = await detector.add_many([article(bridge["wire"], "wire")], decide=False)

    assert added.decision is None
    assert [step for step, _ in telemetry.steps] == [Step.SIGN, Step.STORE]


async def test_each_of_a_batch_is_decided_against_those_before_it(detector, bridge):
    named = {"rewrite": bridge["rewrite"], "wire": bridge["wire"], "copy": bridge["copy"]}

    added = await detector.add_many([article(given, name) for name, given in named.items()])

    assert [one.decision for one in added] == [Decision.NEW, Decision.NEW, Decision.DUPLICATE]
    assert list(added[1].pickups) == ["rewrite"]


async def test_a_taken_id_stands_in_its_place_among_the_results(detector, bridge):
    await detector.add(article(bridge["wire"], "taken"))

    added = await detector.add_many([article(bridge["copy"], name) for name in ("a", "taken", "b")])

    assert [one.id for one in added[::2]] == ["a", "b"]
    assert isinstance(added[1], ArticleExistsError)


async def test_copies_that_are_not_kept_are_deleted_again_and_leave_no_cluster(detector, index, clusters, bridge):
    await detector.add(article(bridge["wire"], "wire"))

    [dropped] = await detector.add_many([article(bridge["copy"], "copy")], unless_duplicate=True)

    assert (dropped.id, dropped.decision) == (None, Decision.DUPLICATE)
    assert "copy" not in index.numbers
    assert clusters.left == ["copy"]


async def test_a_replaced_text_leaves_its_cluster(detector, clusters, bridge):
    await detector.put(article(bridge["wire"], "wire"))

    _, receipt = await detector.put(article(bridge["independent"], "wire"), report=False)

    assert receipt.version == 2
    assert clusters.left == ["wire"]


async def test_nothing_is_replaced_that_has_changed_meanwhile(detector, bridge):
    await detector.put(article(bridge["wire"], "wire"))

    assert await detector.replace(article(bridge["copy"], "wire"), expected=77) is None


async def test_of_what_was_replaced_or_removed_nothing_stays_in_memory(detector, bridge):
    await detector.put(article(bridge["wire"], "wire"))
    await detector.check(article(bridge["rewrite"], "asked"))
    first = await detector.index.get("wire")
    caches = detector.caches.prepared, detector.caches.sketches
    assert [len(cache) for cache in caches] == [1, 1]

    await detector.replace(article(bridge["copy"], "wire"), first.number)
    await detector.check(article(bridge["rewrite"], "asked"))
    second = await detector.index.get("wire")
    assert second.number != first.number
    assert [len(cache) for cache in caches] == [1, 1]

    await detector.remove("wire", second.number)
    assert [len(cache) for cache in caches] == [0, 0]


@pytest.mark.parametrize("threads", [2, 5])
async def test_a_batch_is_decided_alike_by_any_number_of_threads(threads, bridge, make_detector):
    batch = [
        article(bridge[kind], f"{kind}-{turn}")
        for turn in range(2)
        for kind in ("wire", "rewrite", "independent", "copy")
    ]
    one, several = make_detector(1), make_detector(threads)

    expected = await one.add_many(batch)

    assert [result.decision for result in expected].count(Decision.DUPLICATE) >= 4
    assert await several.add_many(batch) == expected
