"""The catalogue, newest first, on one shard, on several, and on a cluster."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from support.backends import article, signature
from wirematch.index.keys import Namespace
from wirematch.models import Kind
from wirematch.state import catalogue as module
from wirematch.state.catalogue import Catalogue, CatalogueQuery

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def catalogue(index, index_name) -> Catalogue:
    return Catalogue(index.store, Namespace(index_name))


async def store(index, *names: str, **fields) -> None:
    for name in names:
        await index.create(article(name, **({"headline": f"Story {name}"} | fields)), signature())


async def all_ids(catalogue, query=None, limit=3) -> list[str]:
    found, token = [], None
    while True:
        page = await catalogue.newest(query or CatalogueQuery(), limit, token)
        found += [entry.id for entry in page.entries]
        if page.next_token is None:
            return found
        token = page.next_token


async def test_everything_is_told_once_whatever_the_page(index, catalogue):
    names = [f"a{number}" for number in range(17)]
    await store(index, *names)

    found = await all_ids(catalogue)
    assert sorted(found) == sorted(names)
    page = await catalogue.newest(CatalogueQuery(), 50)
    assert page.stored == 17
    stored_at = [entry.stored_at for entry in page.entries]
    assert stored_at == sorted(stored_at, reverse=True)
    assert page.next_token is None


async def test_what_is_gone_or_has_expired_or_was_replaced_is_not_told_twice(index, catalogue):
    await store(index, "a", "b", "c")
    await store(index, "over", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    await index.delete("b")
    await index.replace(article("a", headline="Another"), signature())

    assert sorted(await all_ids(catalogue)) == ["a", "c"]
    [entry] = [one for one in (await catalogue.newest(CatalogueQuery(), 9)).entries if one.id == "a"]
    assert (entry.headline, entry.version) == ("Another", 2)


async def test_filters_are_heeded(index, catalogue):
    await store(index, "wire", source="Norwind", published_at=NOON, headline="Barge hits «Harbour» bridge")
    await store(index, "late", source="Norwind", published_at=NOON + timedelta(days=2), kind=Kind.ARTICLE)
    await store(index, "other", source="Calder", headline="Ébène and the barges")
    await store(index, "plain", headline=None)

    assert await all_ids(catalogue, CatalogueQuery(source="Norwind", kinds=[Kind.WIRE])) == ["wire"]
    assert sorted(await all_ids(catalogue, CatalogueQuery(source="norw"))) == ["late", "wire"]
    assert await all_ids(catalogue, CatalogueQuery(source="CALDER", words="barges")) == ["other"]
    assert await all_ids(catalogue, CatalogueQuery(source="wind")) == []
    assert await all_ids(catalogue, CatalogueQuery(published_after=NOON + timedelta(days=1))) == ["late"]
    assert await all_ids(catalogue, CatalogueQuery(published_before=NOON + timedelta(days=1))) == ["wire"]
    assert sorted(await all_ids(catalogue, CatalogueQuery(words="BARGE"))) == ["other", "plain", "wire"]
    assert await all_ids(catalogue, CatalogueQuery(words="harbour barge hits")) == ["wire"]
    assert await all_ids(catalogue, CatalogueQuery(words="ébène")) == ["other"]
    assert await all_ids(catalogue, CatalogueQuery(words="arge")) == []


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_time_of_no_year_in_utc_hides_no_article(index, catalogue, time):
    await store(index, "odd", published_at=time)

    [entry] = (await catalogue.newest(CatalogueQuery(), 5)).entries
    assert (entry.id, entry.published_at) == ("odd", None)


async def test_a_search_looks_at_so_many_and_says_where_to_go_on(index, catalogue, monkeypatch):
    monkeypatch.setattr(module, "LOOKED_AT_ONCE", 2)
    monkeypatch.setattr(module, "MOST_LOOKED_AT", 4)
    await store(index, *(f"a{number}" for number in range(40)), "needle")
    await store(index, *(f"b{number}" for number in range(40)))

    first = await catalogue.newest(CatalogueQuery(words="needle"), 5)
    assert first.entries == []
    assert first.next_token is not None
    assert not (await catalogue.newest(CatalogueQuery(words="needle"), 5, first.next_token)).begun_again
    assert await all_ids(catalogue, CatalogueQuery(words="needle")) == ["needle"]


async def test_a_place_that_says_nothing_begins_at_the_newest(index, catalogue):
    await store(index, "a", "b")

    for token in ("", "9-1", "x", "1-a.b", "1-" + "9" * 30, "1-" + "9" * 5_000, "1-2²"):
        page = await catalogue.newest(CatalogueQuery(), 9, token)
        assert {entry.id for entry in page.entries} == {"a", "b"}
        assert page.begun_again is (token != "")


@pytest.mark.parametrize(
    "headline", ["x" * 600, 'Quoted "' + "\\" * 300, "é" * 400, 'a"' * 300, "Tab\tand\nline", "\x01" * 200]
)
async def test_a_headline_may_be_cut_anywhere(index, catalogue, headline):
    await store(index, "a", headline=headline)

    [entry] = (await catalogue.newest(CatalogueQuery(), 1)).entries
    assert entry.headline
    assert " ".join(headline.split()).startswith(entry.headline)


async def test_without_a_headline_an_article_is_called_by_its_first_words_without_markup(index, catalogue):
    page = f"<head><style>{'p {color: red} ' * 3}</style></head><p>Ferry <b>aground</b></p>" + "<p>More.</p>" * 50
    await store(index, "page", headline=None, body=page)

    [entry] = (await catalogue.newest(CatalogueQuery(), 1)).entries
    assert entry.headline is None
    assert entry.opening.startswith("Ferry aground More. More.")
    assert entry.opening.endswith("More. …")
    assert len(entry.opening) <= 92
    assert "<" not in entry.opening
