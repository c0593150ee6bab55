"""Changes of an article while its cluster is being updated, here or by another process."""

from __future__ import annotations

import asyncio

import pytest

from support.cutting_off import article, cut_off, listed
from wirematch.composition.components import open_components, open_detector
from wirematch.detection.clustering import Clustering
from wirematch.detection.storing.ingest import Ingest
from wirematch.errors import ArticleExistsError, IndexUnavailableError
from wirematch.index.keys import Namespace
from wirematch.state.backup_state import BackupState

pytestmark = pytest.mark.anyio


async def test_a_text_that_is_replaced_meanwhile_goes_where_the_new_one_belongs(
    settings, stories, monkeypatch, make_due, noted
):
    first, second = list(stories.values())[:2]
    decide_again = Ingest.decide_again

    async def beside_a_put(self, records):
        updates = await decide_again(self, records)
        if records[0].article.version == 1:
            await detector.put(article(second, "copy", "moving"))
        return updates

    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(first, "wire", "first"))
        await detector.add(article(second, "wire", "second"))
        await cut_off(settings, monkeypatch, article(first, "copy", "moving"))
        make_due()
        monkeypatch.setattr(Ingest, "decide_again", beside_a_put)
        await detector.sweep(10)
        await detector.sweep(10)
        await detector.afterwards.finish()

        assert await listed(detector, "first") == ["first"]
        assert await listed(detector, "second") == ["second", "moving"]
    assert noted() == set()


async def test_an_article_that_is_deleted_meanwhile_is_in_no_cluster(settings, bridge, monkeypatch, make_due, noted):
    decide_again = Ingest.decide_again

    async def beside_a_deletion(self, records):
        updates = await decide_again(self, records)
        await detector.delete("copy")
        return updates

    async with open_components(settings.redis_url, settings) as components:
        detector = components.detector
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"))
        make_due()
        monkeypatch.setattr(Ingest, "decide_again", beside_a_deletion)
        await detector.sweep(10)

        backup_state = BackupState(components.store, Namespace(settings.index))
        assert [member async for member in backup_state.members()] == []
        make_due()
        await detector.sweep(10)
    assert noted() == set()


async def test_a_put_that_changes_nothing_leaves_the_note_of_what_is_stored(settings, bridge, monkeypatch, make_due):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "copy"), article(bridge, "rewrite"))
        assert await detector.replace(article(bridge, "independent", "copy"), 1 << 40) is None
        await detector.put(article(bridge, "rewrite"), report=False)
        await detector.afterwards.finish()
        make_due()
        await detector.sweep(10)

        assert set(await listed(detector, "wire")) == {"wire", "copy", "rewrite"}


async def test_of_two_texts_at_once_the_one_that_is_stored_last_counts(settings, stories, monkeypatch, make_due, noted):
    first, second = list(stories.values())[:2]
    join, stored, told = Clustering.join, asyncio.Event(), asyncio.Event()

    async def late_for_the_first(self, *batch, **how):
        if not stored.is_set():
            stored.set()
            await told.wait()
        return await join(self, *batch, **how)

    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(first, "wire", "first"))
        await detector.add(article(second, "wire", "second"))
        await detector.add(article(first, "rewrite", "moving"))
        monkeypatch.setattr(Clustering, "join", late_for_the_first)
        earlier = asyncio.create_task(detector.put(article(first, "copy", "moving")))
        await stored.wait()
        await detector.put(article(second, "copy", "moving"))
        told.set()
        await earlier
        await detector.afterwards.finish()
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "first") == ["first"]
        assert await listed(detector, "second") == ["second", "moving"]
    assert noted() == set()


async def test_a_deletion_leaves_the_note_of_what_comes_after_it(settings, bridge, monkeypatch, make_due):
    leave = Clustering.leave

    async def late(self, article_ids):
        if article_ids:
            await cut_off(settings, monkeypatch, article(bridge, "copy"))
        await leave(self, article_ids)

    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        await detector.add(article(bridge, "copy"))
        monkeypatch.setattr(Clustering, "leave", late)
        await detector.delete("copy")
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "copy"]


async def test_of_an_id_that_comes_twice_in_a_batch_the_first_may_be_stored(settings, bridge, monkeypatch, make_due):
    async with open_detector(settings.redis_url, settings) as detector:
        await detector.add(article(bridge, "wire"))
        create_drafted = detector.index.create_drafted

        async def unanswered_for_the_first(drafts):
            return [IndexUnavailableError("it has not answered"), *(await create_drafted(drafts))[1:]]

        with monkeypatch.context() as patched:
            patched.setattr(detector.index, "create_drafted", unanswered_for_the_first)
            first, second = await detector.add_many([article(bridge, "copy"), article(bridge, "copy")])
        assert isinstance(first, IndexUnavailableError)
        assert isinstance(second, ArticleExistsError)
        await detector.afterwards.finish()
        make_due()
        await detector.sweep(10)

        assert await listed(detector, "wire") == ["wire", "copy"]
