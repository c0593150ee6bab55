"""What a part of the index holds that does not answer counts neither as deleted nor as not there."""

from __future__ import annotations

import pytest

from support.cutting_off import article
from support.phrase_book import ENGLISH, SPANISH
from wirematch.composition.components import open_components
from wirematch.detection.examination.cluster_faults import ClusterExamination
from wirematch.errors import PartialIndexError
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Records
from wirematch.index.redis_index import RedisIndex
from wirematch.models import Article
from wirematch.state.backup_state import BackupState
from wirematch.state.clusters import ArticleClusters

pytestmark = pytest.mark.anyio


def answers_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shard of these articles does not answer, but others do."""

    async def get_many(self, _):
        records = Records()
        records.partial = True
        return records

    monkeypatch.setattr(RedisIndex, "get_many", get_many)


async def test_a_translation_stays_whose_article_cannot_be_read(translating, book, monkeypatch):
    async with open_components(translating.redis_url, translating) as components:
        detector, translations = components.detector, components.detector.translations
        await detector.add_many([Article(id="wire", body=SPANISH)])
        await translations.add_pending_now(["wire"])
        with monkeypatch.context() as patched:
            answers_in_part(patched)
            with pytest.raises(PartialIndexError):
                await detector.catch_up()
        report = await detector.check(Article(body=ENGLISH))

    assert [match.id for match in report.matches] == ["wire"]


async def test_a_report_across_languages_says_that_stories_may_be_missing(translating, book, monkeypatch):
    async with open_components(translating.redis_url, translating) as components:
        await components.detector.add_many([Article(id="wire", body=SPANISH)])
        whole = await components.detector.check(Article(body=ENGLISH))
        answers_in_part(monkeypatch)
        part = await components.detector.check(Article(body=ENGLISH))

    assert (whole.partial_index, part.partial_index) == (False, True)


async def test_members_that_cannot_be_read_are_not_removed_from_their_clusters(settings, bridge, monkeypatch):
    async with open_components(settings.redis_url, settings) as components:
        await components.detector.add_many([article(bridge, kind) for kind in ("wire", "copy")])
        name = Namespace(settings.index)
        clusters, state = ArticleClusters(components.store, name), BackupState(components.store, name)
        examination = ClusterExamination(components.detector, clusters, state)
        await examination.begin()
        with monkeypatch.context() as patched:
            answers_in_part(patched)
            with pytest.raises(PartialIndexError):
                await examination.end(fix=True)

        assert {member.id async for member in state.members()} == {"wire", "copy"}
