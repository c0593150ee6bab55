"""Candidates of a text: shared buckets, full ones, earlier articles only, filters, batches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from support.backends import BARGE, CAP, WHEAT, article, found, signature
from wirematch.errors import ArticleExistsError
from wirematch.index.protocol import Placement, precedes
from wirematch.models import Filters, Kind

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


async def test_candidates_come_from_shared_buckets_best_first(index):
    await index.create(article("wheat", WHEAT), signature(WHEAT))
    await index.create(article("near", BARGE.replace("gravel", "sand")), signature(BARGE.replace("gravel", "sand")))
    await index.create(article("same"), signature())

    assert await found(index) == ["same", "near"]


async def test_candidates_can_be_held_to_those_stored_before(index, backend):
    names = list(islice(backend.ids(), 3))
    placements = [await index.create(article(name), signature()) for name in names]
    candidates = await index.lookup(signature(), before=placements[1].number)

    assert candidates.ranking.numbers.tolist() == [placements[0].number]
    assert candidates.documents == 3


async def test_of_two_articles_exactly_one_precedes_the_other(index):
    placements = [await index.create(article(f"a{number}"), signature()) for number in range(6)]
    entries = [await index.get(f"a{number}") for number in range(6)]

    for place, (entry, placement) in enumerate(zip(entries, placements, strict=True)):
        assert not precedes(entry, placement)
        for other in range(place):
            assert precedes(entries[other], placement) != precedes(entry, placements[other])


async def test_an_article_without_words_is_stored_and_in_no_bucket(index):
    await index.create(article("wordless", "😀"), None)

    assert (await index.get("wordless")).article.body == "😀"
    candidates = await index.lookup(None)
    assert (len(candidates.ranking), candidates.documents) == (0, 1)


async def test_a_full_bucket_drops_the_oldest(index, backend):
    names = list(islice(backend.ids(), CAP + 2))
    for name in names:
        await index.create(article(name), signature())

    assert await found(index) == names[-CAP:]


async def test_a_page_that_full_buckets_made_long_is_cleaned(index, backend, index_name):
    names = list(islice(backend.ids(), 10 * CAP))
    for name in names:
        await index.create(article(name), signature())
    parts = [server.hgetall(key) for key, server in backend.keys(f"{{{index_name}:*}}:p?").items()]
    older = [len(page) for part in parts for field, page in part.items() if field.endswith(b"+")]

    assert await found(index) == names[-CAP:]
    assert 0 < max(older) <= 6 * 2 * CAP
    for name in names:
        await index.delete(name)
    assert backend.keys(f"{{{index_name}:*}}:p?") == {}


async def test_fetching_keeps_the_order_and_stops_at_the_limit(index):
    for name in "abcd":
        await index.create(article(name), signature())
    ranking = (await index.lookup(signature())).ranking

    for limit in range(1, 6):
        numbers = [entry.number for entry in await index.fetch(ranking, limit)]
        assert numbers == ranking.numbers[:limit].tolist()


async def test_many_are_asked_for_as_one_by_one(index):
    texts = [BARGE, WHEAT, "😀", BARGE.replace("gravel", "sand")]
    items = [(article(f"a{number}", texts[number % 4]), signature(texts[number % 4])) for number in range(70)]
    items.insert(5, (article("a0", WHEAT), signature(WHEAT)))
    placements = await index.create_many(items)
    errors = [place for place, placement in enumerate(placements) if isinstance(placement, Exception)]

    assert errors == [5]
    assert isinstance(placements[5], ArticleExistsError)
    for (stored, _), placement in zip(items, placements, strict=True):
        if isinstance(placement, Placement):
            record = await index.get(stored.id)
            assert (record.number, record.article.body) == (placement.number, stored.body)
            assert record.article.stored_at == placement.stored_at
    again = await index.create_many(items[:3])
    assert [type(answer) for answer in again] == [ArticleExistsError] * 3

    signatures = [*map(signature, texts), None] * 5
    before = [None, placements[20].number, None, placements[40].number, None] * 5
    together = await index.lookup_many(signatures, before)
    for one, wanted, limit in zip(together, signatures, before, strict=True):
        alone = await index.lookup(wanted, limit)
        assert one.ranking.numbers.tolist() == alone.ranking.numbers.tolist()
        assert one.documents == alone.documents == 70


async def test_what_was_deleted_in_between_is_passed_over(index):
    for name in "abc":
        await index.create(article(name), signature())
    candidates = await index.lookup(signature())
    await index.delete("a")

    for filters in (Filters(), Filters(kinds=[Kind.WIRE])):
        assert sorted(entry.article.id for entry in await index.fetch(candidates.ranking, 2, filters)) == ["b", "c"]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, ["early", "noon", "late", "bare"]),
        ({"sources": ["Norwind"]}, ["early", "late"]),
        ({"sources": ["Norwind", "Aster"]}, ["early", "noon", "late"]),
        ({"sources": ["norwind"]}, []),
        ({"sources": []}, []),
        ({"kinds": [Kind.WIRE]}, ["early", "bare"]),
        ({"kinds": [Kind.ARTICLE, Kind.WIRE]}, ["early", "noon", "late", "bare"]),
        ({"published_after": NOON}, ["noon", "late"]),
        ({"published_after": NOON + timedelta(milliseconds=1)}, ["late"]),
        ({"published_before": NOON}, ["early"]),
        ({"published_before": NOON + timedelta(hours=1)}, ["early", "noon"]),
        (
            {"published_after": NOON - timedelta(hours=1), "published_before": NOON + timedelta(hours=1)},
            ["early", "noon"],
        ),
        ({"sources": ["Norwind"], "kinds": [Kind.ARTICLE], "published_after": NOON}, ["late"]),
    ],
)
async def test_filters(index, filters, ids):
    hour = timedelta(hours=1)
    await index.create(article("early", source="Norwind", published_at=NOON - hour), signature())
    await index.create(article("noon", source="Aster", published_at=NOON, kind=Kind.ARTICLE), signature())
    await index.create(article("late", source="Norwind", published_at=NOON + hour, kind=Kind.ARTICLE), signature())
    await index.create(article("bare"), signature())

    assert sorted(await found(index, **filters)) == sorted(ids)


async def test_a_filter_looks_past_the_limit_for_those_that_pass(index):
    for name in "abc":
        await index.create(article(name, source=name), signature())

    assert await found(index, limit=1, sources=["c"]) == ["c"]
