"""A process ends between storing an article and updating its cluster: another one updates it."""

from __future__ import annotations

import pytest

from support.cutting_off import article, cut_off, listed
from wirematch.composition.components import open_components, open_detector
from wirematch.detection.clustering import Clustering
from wirematch.detection.storing.ingest import Ingest
from wirematch.detection.storing.late_clustering import DECIDED_AT_ONCE
from wirematch.errors import IndexFullError, IndexUnavailableError
from wirematch.state.pending_articles import PendingArticles

pytestmark = pytest.mark.anyio


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
        assert await listed(detector, "wire") == ["wire"]  # the process that stored it has a minute

        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite"]
        assert await listed(detector, "independent") == ["independent"]
    assert noted() == set()


@pytest.mark.parametrize("put", [False, True])
async def test_so_it_has_if_it_could_not_be_noted_before_it_was_stored(
    settings, bridge, monkeypatch, make_due, noted, put
):
    """As where Redis is being restarted when the article comes, and the process dies soon after."""
    add, asked = PendingArticles.add, []

    async def fails_at_first(self, *given, **how):
        asked.append(given)
        if len(asked) == 1:
            raise IndexUnavailableError("Redis does not answer.")
        return await add(self, *given, **how)

    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await detector.afterwards.finish()
        with monkeypatch.context() as patched:
            patched.setattr(PendingArticles, "add", fails_at_first)
            await cut_off(settings, monkeypatch, article(bridge, "rewrite"), put=put)
        assert noted() == {b"rewrite"}
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite"]


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
            patched.setattr(Clustering, "complete_pending", lambda *_: None)  # it dies just before it would
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
    async with open_components(settings.redis_url, settings) as components:
        detector = components.detector
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"))
        await detector.index.delete("copy")  # by a process that died before it updated the cluster
        await cut_off(settings, monkeypatch, article(bridge, "rewrite"))
        await detector.delete("rewrite")
        assert noted() == {b"copy", b"rewrite"}
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
        await detector.add_many([article(bridge, "copy")])  # a client retries and gets 409
        await detector.afterwards.finish()
        assert noted() == {b"copy"}
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "copy"]


@pytest.mark.parametrize("error", [IndexFullError(), ValueError("a defect")])
async def test_a_failure_holds_up_no_removal(settings, bridge, monkeypatch, make_due, error):
    async def fails(*_):
        raise error

    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "rewrite"))
        make_due()
        with monkeypatch.context() as patched:
            patched.setattr(Ingest, "decide_again", fails)
            await detector.sweep(10)
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite"]


async def test_an_article_that_cannot_be_decided_holds_up_no_other(settings, bridge, monkeypatch, make_due, noted):
    decide_again = Ingest.decide_again

    async def fails_for_one(self, records):
        if any(record.id == "copy" for record in records):
            raise ValueError("a defect")
        return await decide_again(self, records)

    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"), article(bridge, "rewrite"))
        make_due()
        monkeypatch.setattr(Ingest, "decide_again", fails_for_one)
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "rewrite"]
    assert noted() == {b"copy"}


async def test_a_sweep_looks_at_some_and_the_next_at_the_others(settings, bridge, monkeypatch, make_due, noted):
    names = [f"copy-{number}" for number in range(DECIDED_AT_ONCE + 2)]
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, *(article(bridge, "copy", name) for name in names))
        make_due()

        assert [await detector.sweep(10) for _ in range(3)] == [DECIDED_AT_ONCE, 2, 0]
        assert set(await listed(detector, "wire")) == {"wire", *names}
    assert noted() == set()


async def test_where_texts_are_not_kept_an_article_is_named_and_put_once_more(
    settings, bridge, monkeypatch, make_due, noted, caplog
):
    settings = settings.model_copy(update={"store_text": False})
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"))
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "copy") == ["copy"]
        assert noted() == set()
        assert "cannot be decided again: ['copy']" in caplog.text
        await detector.put(article(bridge, "copy"))
        assert await listed(detector, "copy") == ["wire", "copy"]
