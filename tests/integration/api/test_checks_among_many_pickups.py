"""Checks of a story that so many took over that buckets lead only to these, with filters and without."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from support.api_calls import ARTICLES, ids
from support.made_up import own, reworded, told
from wirematch.errors import IndexUnavailableError
from wirematch.index.protocol import Records
from wirematch.index.redis_index import RedisIndex

COPIES, CAP = 12, 4
TEXT = told(own(1))


@pytest.fixture
def settings(settings):
    """Buckets with room for a few articles."""
    return settings.model_copy(update={"bucket_cap": CAP})


@pytest.fixture
def taken(client):
    """A service with a wire story that many outlets took over."""
    wire = {"id": "wire", "kind": "wire", "source": "Norwind", "published_at": "2026-03-01T10:00:00Z", "body": TEXT}
    client.post(ARTICLES, json=wire)
    for number in range(COPIES):
        article = {"id": f"a{number}", "kind": "article", "source": "Courier", "published_at": "2026-03-02T10:00:00Z"}
        client.post(ARTICLES, json=article | {"body": TEXT})
    return client


@pytest.mark.parametrize("text", [TEXT, told(reworded(random.Random(1), own(1), 0.97))])
def test_the_story_leads_a_report_without_filters(taken, text):
    report = taken.post("/v1/check", json={"body": text}).json()

    assert report["original_id"] == "wire"
    assert "wire" in ids(report["matches"])


def test_a_copy_has_the_story_first(taken):
    assert ids(taken.post("/v1/check", json={"body": TEXT}).json()["matches"])[0] == "wire"


@pytest.mark.parametrize("text", [TEXT, told(reworded(random.Random(1), own(1), 0.97))])
@pytest.mark.parametrize("store", ["always", "unless_duplicate"])
def test_storing_reports_what_a_check_of_the_article_does(taken, text, store):
    article = {"id": "b", "source": "Herald", "published_at": "2026-03-02T11:00:00Z", "body": text, "kind": "article"}
    checked = taken.post("/v1/check", json=article).json()
    added = taken.post(ARTICLES, json=article, params={"store": store}).json()["report"]
    put = taken.put(f"{ARTICLES}/c", json=article | {"id": "c"}).json()["report"]

    for report in (added, put):
        assert {name: report[name] for name in ("decision", "original_id")} == {
            name: checked[name] for name in ("decision", "original_id")
        }
        [original] = [match for match in report["matches"] if match["id"] == "wire"]
        assert original in checked["matches"]
    assert ids(added["matches"])[0] == ids(checked["matches"])[0]


@pytest.mark.parametrize("way", ["post", "put"])
def test_what_is_stored_is_answered_as_that_though_the_original_cannot_be_read(taken, way, monkeypatch):
    asked: list[str] = []

    async def fail(_: RedisIndex, article_ids: Sequence[str]) -> Records:
        asked.extend(article_ids)
        raise IndexUnavailableError

    monkeypatch.setattr(RedisIndex, "get_many", fail)
    article = {"id": "b", "source": "Herald", "published_at": "2026-03-02T11:00:00Z", "body": TEXT, "kind": "article"}
    answer = taken.post(ARTICLES, json=article) if way == "post" else taken.put(f"{ARTICLES}/b", json=article)

    assert asked == ["wire"]
    assert answer.status_code == 201
    report = answer.json()["report"]
    assert (report["decision"], report["original_id"]) == ("duplicate", "wire")


@pytest.mark.parametrize(
    "filters",
    [
        {"sources": ["Norwind", "Aster"]},
        {"kinds": ["wire"]},
        {"published_before": "2026-03-02T00:00:00Z"},
        {"kinds": ["wire"], "sources": ["Norwind"], "published_after": "2026-03-01T10:00:00Z"},
    ],
)
def test_the_story_is_found_that_passes(taken, filters):
    report = taken.post("/v1/check", json={"body": TEXT, **filters}).json()

    assert (report["decision"], ids(report["matches"])) == ("duplicate", ["wire"])


@pytest.mark.parametrize(
    "filters",
    [
        {"sources": ["Aster"]},
        {"kinds": ["wire"], "sources": ["Courier"]},
        {"published_after": "2026-03-02T10:00:01Z"},
        {"published_before": "2026-03-01T10:00:00Z"},
    ],
)
def test_nothing_is_found_that_does_not_pass(taken, filters):
    assert taken.post("/v1/check", json={"body": TEXT, **filters}).json()["matches"] == []


def test_it_is_not_found_for_a_text_about_something_else(taken):
    assert taken.post("/v1/check", json={"body": told(own(2)), "kinds": ["wire"]}).json()["matches"] == []
