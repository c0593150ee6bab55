"""After many copies, nothing leads to what an article derives from: a late decision leaves it where it is."""

from __future__ import annotations

import pytest

from support.cutting_off import article, listed
from support.partial_index import without_answers
from support.phrase_book import ENGLISH, SPANISH
from wirematch.composition.components import open_components, open_detector
from wirematch.detection.detector import Detector
from wirematch.detection.examination.cluster_faults import ClusterExamination
from wirematch.errors import PartialIndexError
from wirematch.index.keys import Namespace
from wirematch.models import Article, Relation
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters, ClusterLink, ClusterUpdate

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"bucket_cap": 8})


@pytest.fixture
def decided_partly(bridge, monkeypatch):
    async def add(detector: Detector, name: str, held: str = "nobody") -> None:
        with monkeypatch.context() as patched:
            without_answers(patched, lambda other: other == held)
            await detector.add(article(bridge, "copy", name))
        await detector.afterwards.finish()

    return add


async def fill_buckets(detector: Detector, story: dict) -> None:
    for part in range(12):
        await detector.add_many([article(story, "copy", f"later-{part}-{number}") for number in range(4)])


async def test_they_stay_sources(settings, bridge, make_due, noted, decided_partly):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await decided_partly(detector, "partly")
        await fill_buckets(detector, bridge)
        before = await listed(detector, "wire")
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == before
        assert len(before) == 50
        assert noted() == set()


async def test_what_is_seen_and_is_no_source_does_not_hold_an_article(settings, bridge, make_due, decided_partly):
    async with open_components(settings.redis_url, settings) as components:
        detector, clusters = components.detector, ArticleClusters(components.store, Namespace(settings.index))
        await detector.add_many([article(bridge, kind) for kind in ("independent", "wire")])
        await decided_partly(detector, "partly", held="wire")
        records = {record.id: record for record in await detector.index.get_many(["independent", "partly"])}
        wrong = ClusterLink("independent", records["independent"].stored_at, Relation.REWRITE, 0.9)
        late = records["partly"]
        await clusters.settle([ClusterUpdate(late.id, late.stored_at, late.number, [wrong])])
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "partly") == ["wire", "partly"]


async def test_an_examination_finds_them_in_the_right_cluster(settings, bridge, decided_partly):
    async with open_components(settings.redis_url, settings) as components:
        detector, name = components.detector, Namespace(settings.index)
        await detector.add(article(bridge, "wire"))
        await detector.add(article(bridge, "copy"))
        await fill_buckets(detector, bridge)
        examination = ClusterExamination(
            detector, ArticleClusters(components.store, name), BackupState(components.store, name)
        )
        await examination.begin()
        records = await detector.index.get_many(["wire", "copy", "later-0-0"])
        await examination.decide(records)
        examination.note(await detector.index.get_many(await listed(detector, "wire")))
        faults = await examination.end(fix=False)

    assert faults.elsewhere == []


async def test_an_examination_that_cannot_decide_takes_nothing_out_of_its_cluster(settings, bridge, monkeypatch, store):
    async with open_components(settings.redis_url, settings) as components:
        detector, name = components.detector, Namespace(settings.index)
        await detector.add_many([article(bridge, kind) for kind in ("wire", "copy", "rewrite")])
        clusters, state = ArticleClusters(components.store, name), BackupState(components.store, name)
        store.hdel(name.clusters.declared[0], "wire")  # so both others are in a cluster without an original
        examination = ClusterExamination(detector, clusters, state)
        await examination.begin()
        examination.note(await detector.index.get_many(["wire", "copy", "rewrite"]))
        with monkeypatch.context() as patched:
            without_answers(patched, lambda _: False)
            with pytest.raises(PartialIndexError):
                await examination.end(fix=True)

        assert {member.id async for member in state.members()} == {"copy", "rewrite"}
        assert {*(await examination.end(fix=True)).elsewhere} == {"copy", "rewrite"}
        assert await listed(detector, "wire") == ["wire", "copy", "rewrite"]


async def test_a_source_in_another_language_stays_one_too(translating, book, monkeypatch, make_due):
    settings = translating.model_copy(update={"bucket_cap": 8})
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(Article(id="wire", body=SPANISH))
        with monkeypatch.context() as patched:
            without_answers(patched, lambda _: False)
            await detector.add(Article(id="partly", body=ENGLISH))
        await detector.afterwards.finish()
        assert await listed(detector, "wire") == ["wire", "partly"]
        for part in range(12):
            await detector.add_many([Article(id=f"later-{part}-{number}", body=SPANISH) for number in range(4)])
        before = await listed(detector, "wire")
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == before
        assert len(before) == 50
