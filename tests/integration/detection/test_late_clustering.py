"""A process that ends between storing and telling the clusters: another one tells them."""

from __future__ import annotations

import pytest
import redis

from wirematch.composition.parts import open_detector, open_parts
from wirematch.detection.clustering import Clustering
from wirematch.detection.detector import Detector
from wirematch.index.keys import Namespace
from wirematch.models import Article

pytestmark = pytest.mark.anyio


class Died(BaseException):
    """Nothing handles it, as nothing handles a kill."""


async def dies(*_, **__):
    raise Died


@pytest.fixture
def make_due(settings, store: redis.Redis):
    """A minute passes."""

    def make() -> None:
        notes = Namespace(settings.index).clusters.declared[1]
        if names := store.zrange(notes, 0, -1):
            store.zadd(notes, dict.fromkeys(names, 0))

    return make


@pytest.fixture
def noted(settings, store: redis.Redis):
    return lambda: set(store.zrange(Namespace(settings.index).clusters.declared[1], 0, -1))


def article(story: dict, version: str, article_id: str | None = None, **fields: str) -> Article:
    given = {name: value for name, value in story[version].items() if name != "published_at"}
    return Article.model_validate(given | {"id": article_id or version} | fields)


async def cut_off(settings, monkeypatch, *articles: Article, put: bool = False) -> None:
    """They are stored, and whoever stored them dies."""
    with monkeypatch.context() as patched:
        patched.setattr(Clustering, "join", dies)
        async with open_detector(settings.redis_url, settings) as detector:
            for one in articles:
                with pytest.raises(Died):
                    await (detector.put(one) if put else detector.add(one))


async def listed(detector: Detector, article_id: str) -> list[str]:
    page = await detector.stored.cluster(article_id, 0, 100)
    return [member.id for member in page.members]


async def test_what_is_told_is_not_noted_any_more(settings, bridge, noted):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add_many([article(bridge, kind) for kind in ("wire", "copy", "independent")])
        await detector.add_many([article(bridge, "wire")])  # its id is taken
        await detector.put(article(bridge, "rewrite"))
        await detector.put(article(bridge, "rewrite"), report=False)
        await detector.add_many([article(bridge, "wire", "again")], unless_duplicate=True)
        await detector.afterwards.finish()

    assert noted() == set()


async def test_the_cluster_has_in_the_end_what_it_would_have_had(settings, bridge, monkeypatch, make_due, noted):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "rewrite"), article(bridge, "independent"))
        assert await listed(detector, "wire") == ["wire"]
        await detector.sweep(10)
        assert await listed(detector, "wire") == ["wire"]  # whoever stored it has a minute

        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite"]
        assert await listed(detector, "independent") == ["independent"]
    assert noted() == set()


async def test_those_who_came_meanwhile_stay_with_it(settings, bridge, monkeypatch, make_due):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "rewrite"))
        await detector.add(article(bridge, "rewrite", "second"))
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite", "second"]


async def test_late_wire_gets_its_pickups(settings, bridge, monkeypatch, make_due):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "copy", published_at="2026-03-03T12:00:00Z", kind="article"))
        await cut_off(settings, monkeypatch, article(bridge, "wire", published_at="2026-03-03T10:00:00Z", kind="wire"))
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "copy") == ["wire", "copy"]


async def test_a_text_that_replaced_another_goes_where_it_belongs(settings, stories, monkeypatch, make_due):
    first, second = list(stories.values())[:2]
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(first, "wire", "first"))
        await detector.add(article(second, "wire", "second"))
        await detector.add(article(first, "copy", "moving"))
        assert await listed(detector, "first") == ["first", "moving"]
        await cut_off(settings, monkeypatch, article(second, "copy", "moving"), put=True)
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "first") == ["first"]
        assert await listed(detector, "second") == ["second", "moving"]


async def test_whoever_is_told_twice_stays_where_it_was(settings, bridge, make_due, monkeypatch):
    async with open_detector(settings.redis_url, settings) as detector:
        with monkeypatch.context() as patched:
            patched.setattr(Clustering, "forget", lambda *_: None)  # it dies just before it would
            await detector.add_many([article(bridge, kind) for kind in ("wire", "rewrite", "copy")])
            await detector.put(article(bridge, "rewrite").model_copy(update={"headline": "Another"}))
        before = await listed(detector, "wire")
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == before
        assert set(before) == {"wire", "rewrite", "copy"}


async def test_a_deleted_article_and_one_that_was_never_stored_are_forgotten(
    settings, bridge, monkeypatch, make_due, noted
):
    async with open_parts(settings.redis_url, settings) as parts:
        detector = parts.detector
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"))
        await detector.index.delete("copy")  # by a process that died before the clusters heard of it
        await cut_off(settings, monkeypatch, article(bridge, "rewrite"))
        await detector.delete("rewrite")
        assert noted() == {b"copy"}
        make_due()
        await detector.sweep(10)

        assert noted() == set()
        assert await listed(detector, "wire") == ["wire"]


async def test_a_refused_article_leaves_the_note_of_the_one_that_is_stored(
    settings, bridge, monkeypatch, make_due, noted
):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"))
        await detector.add_many([article(bridge, "copy")])  # a client that asks again, and is told 409
        await detector.afterwards.finish()
        assert noted() == {b"copy"}
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "copy"]
