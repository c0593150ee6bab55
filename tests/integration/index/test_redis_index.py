from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
import pytest

from support.backends import BARGE, CAP, WHEAT, Backend, article, signature
from support.live_service import free_port
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, IndexMismatchError, IndexUnavailableError
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Placement, PutOutcome, precedes
from wirematch.index.redis_index import RedisIndex
from wirematch.models import Article, Filters, Kind

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


async def found(index: RedisIndex, body: str = BARGE, limit: int = 100, **filters) -> list[str]:
    """Ids of the articles that a text leads to."""
    candidates = await index.candidates(signature(body))
    return [record.article.id for record in await index.fetch(candidates.ranking, limit, Filters(**filters))]


async def test_what_is_stored_is_read_back(index):
    stored = article(
        "urn:a/b", source="Norwind", headline="“Bridge” 😀", published_at=NOON, url="https://norwind.example/1",
        language="en", kind=Kind.ARTICLE, metadata={"desk": "world", "n": 1, "share": 0.5, "free": True, "by": None},
    )  # fmt: skip
    before = datetime.now(UTC) - timedelta(seconds=1)
    placement = await index.create(stored, signature())
    record = await index.get("urn:a/b")

    assert (placement.outcome, placement.version) == (PutOutcome.CREATED, 1)
    assert record.number == placement.number
    assert record.article.model_dump(exclude={"version", "stored_at"}) == stored.model_dump()
    assert record.article.version == 1
    assert before < record.article.stored_at < datetime.now(UTC) + timedelta(seconds=1)


async def test_an_id_that_is_taken_is_refused_and_nothing_changes(index, store, keys):
    await index.create(article("a"), signature())
    before = keys()

    with pytest.raises(ArticleExistsError, match="'a'"):
        await index.create(article("a", WHEAT), signature(WHEAT))

    assert keys() == before
    assert (await index.get("a")).article.body == BARGE


async def test_the_same_content_again_changes_nothing(index):
    first = await index.replace(article("a"), signature())
    again = await index.replace(article("a"), signature())

    assert (first.outcome, again.outcome) == (PutOutcome.CREATED, PutOutcome.UNCHANGED)
    assert (again.number, again.version) == (first.number, 1)


@pytest.mark.parametrize(
    "change", [{"body": WHEAT}, {"source": "Aster"}, {"metadata": {"n": 2}}, {"published_at": NOON}]
)
async def test_other_content_is_a_new_version_of_the_same_article(index, change):
    first = await index.replace(article("a"), signature())
    stored_at = (await index.get("a")).article.stored_at
    second = await index.replace(article("a", **change), signature())
    record = await index.get("a")

    assert (second.outcome, second.version) == (PutOutcome.REPLACED, 2)
    assert record.number == second.number > first.number
    assert record.article.stored_at == stored_at
    assert {name: getattr(record.article, name) for name in change} == change


async def test_replacing_takes_the_old_version_out_of_its_buckets(index, keys):
    await index.create(article("other", WHEAT), signature(WHEAT))
    alone = keys()
    await index.replace(article("a"), signature())
    placement = await index.replace(article("a", WHEAT), signature(WHEAT))

    [document] = keys() - alone - {key for key in keys() if key.endswith(":ids")}
    assert document.encode("latin-1").split(b"}:")[1] == b"d" + (placement.number & 0xFFFFFFFF).to_bytes(4, "little")
    assert await found(index, BARGE) == []
    assert sorted(await found(index, WHEAT)) == ["a", "other"]


async def test_an_id_that_is_unknown_is_not_found(index):
    with pytest.raises(ArticleNotFoundError, match="'a'"):
        await index.get("a")
    assert await index.delete("a") is False


async def test_deleting_everything_leaves_nothing_behind(index, keys):
    for number in range(CAP + 3):
        await index.create(article(f"barge-{number}"), signature())
    await index.create(article("wheat", WHEAT), signature(WHEAT))
    await index.create(article("wordless", "😀"), None)
    for number in range(CAP + 3):
        assert await index.delete(f"barge-{number}") is True
    assert await found(index, WHEAT) == ["wheat"]
    await index.delete("wheat")
    await index.delete("wordless")

    assert keys() == set()


async def test_deleting_leaves_the_other_articles_postings_as_they_were(index, backend, index_name):
    def postings() -> dict[bytes, dict[bytes, bytes]]:
        return {key: server.hgetall(key) for key, server in backend.keys(f"{{{index_name}:*}}:p?").items()}

    await index.create(article("first"), signature())
    await index.create(article("wheat", WHEAT), signature(WHEAT))
    before = postings()
    await index.create(article("second"), signature())
    assert postings() != before
    await index.delete("second")

    assert postings() == before


async def test_deleting_an_expected_version_spares_a_newer_one(index):
    first = await index.create(article("a"), signature())
    second = await index.replace(article("a", WHEAT), signature(WHEAT))

    assert await index.delete("a", first.number) is False
    assert (await index.get("a")).number == second.number
    assert await index.delete("a", second.number) is True


async def test_candidates_come_from_shared_buckets_best_first(index):
    await index.create(article("wheat", WHEAT), signature(WHEAT))
    await index.create(article("near", BARGE.replace("gravel", "sand")), signature(BARGE.replace("gravel", "sand")))
    await index.create(article("same"), signature())

    assert await found(index) == ["same", "near"]


async def test_candidates_can_be_held_to_those_stored_before(index, backend):
    names = list(islice(backend.ids(), 3))
    placements = [await index.create(article(name), signature()) for name in names]
    candidates = await index.candidates(signature(), before=placements[1].number)

    assert candidates.ranking.numbers.tolist() == [placements[0].number]
    assert candidates.documents == 3


async def test_of_two_articles_exactly_one_precedes_the_other(index):
    placements = [await index.create(article(f"a{number}"), signature()) for number in range(6)]
    records = [await index.get(f"a{number}") for number in range(6)]

    for place, (record, placement) in enumerate(zip(records, placements, strict=True)):
        assert not precedes(record, placement)
        for other in range(place):
            assert precedes(records[other], placement) != precedes(record, placements[other])


async def test_an_article_without_words_is_stored_and_in_no_bucket(index):
    await index.create(article("wordless", "😀"), None)

    assert (await index.get("wordless")).article.body == "😀"
    candidates = await index.candidates(None)
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
    ranking = (await index.candidates(signature())).ranking

    for limit in range(1, 6):
        numbers = [record.number for record in await index.fetch(ranking, limit)]
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
        alone = await index.candidates(wanted, limit)
        assert one.ranking.numbers.tolist() == alone.ranking.numbers.tolist()
        assert one.documents == alone.documents == 70


async def test_what_was_deleted_in_between_is_passed_over(index):
    for name in "abc":
        await index.create(article(name), signature())
    candidates = await index.candidates(signature())
    await index.delete("a")

    for filters in (Filters(), Filters(kinds=[Kind.WIRE])):
        assert sorted(record.article.id for record in await index.fetch(candidates.ranking, 2, filters)) == ["b", "c"]


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


async def test_scripts_that_the_server_forgot_are_loaded_again(index, backend):
    def flush() -> None:
        for server in backend.servers:
            server.script_flush()

    await index.create(article("a"), signature())
    flush()
    await index.create(article("b"), signature())
    flush()
    assert sorted(await found(index)) == ["a", "b"]
    flush()
    assert (await index.get("a")).article.id == "a"
    flush()
    assert await index.delete("a") is True
    flush()
    await index.open()


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        (FingerprintScheme(permutations=64), "permutations is 128, not 64"),
        (FingerprintScheme(seed=2), "seed is 1, not 2"),
        (FingerprintScheme(hash="sha1"), "hash is xxh32, not sha1"),
        (FingerprintScheme(shingles="words"), "shingles is content-pairs, not words"),
        (FingerprintScheme(scheme="mersenne61", version=99), "scheme is affine32, not mersenne61; version is "),
    ],
)
async def test_an_index_of_other_parameters_is_refused_and_left_alone(index, make_index, keys, scheme, said):
    other = make_index(scheme=scheme)
    before = keys()

    with pytest.raises(IndexMismatchError) as refusal:
        await other.open()
    await other.close()

    assert said in str(refusal.value)
    assert "WIREMATCH_INDEX" in str(refusal.value)
    assert keys() == before


async def test_an_index_with_another_number_of_shards_is_refused(index, make_index, backend):
    other = make_index(shards=backend.shards + 1)

    with pytest.raises(IndexMismatchError, match=f"shards is {backend.shards}, not {backend.shards + 1}"):
        await other.open()
    await other.close()


async def test_a_record_without_a_field_is_refused(index, backend, index_name):
    [(record, server)] = backend.keys(f"{{{index_name}}}:record").items()
    server.hdel(record, "layout")

    with pytest.raises(IndexMismatchError, match="layout is missing, not 3"):
        await index.open()


async def test_opening_again_is_harmless(index, make_index):
    await index.create(article("a"), signature())
    again = make_index()
    await again.open()

    assert (await again.get("a")).article.body == BARGE
    await again.close()


async def test_two_indexes_live_side_by_side(index, make_index, index_name):
    other = make_index(name=f"{index_name}-2")
    await other.open()
    await index.create(article("a"), signature())
    await other.create(article("a", WHEAT), signature(WHEAT))

    assert (await index.get("a")).article.body == BARGE
    assert (await other.get("a")).article.body == WHEAT
    assert await found(index, WHEAT) == []
    await index.delete("a")
    assert await found(other, WHEAT) == ["a"]
    await other.close()


@pytest.fixture
def nobody(backend: Backend) -> str:
    return f"{backend.url.split(':')[0]}://127.0.0.1:{free_port()}" if "cluster" in backend.url else "unix:///no.sock"


@pytest.mark.parametrize(
    "work",
    [
        lambda index: index.open(),
        lambda index: index.create(article("a"), signature()),
        lambda index: index.replace(article("a"), signature()),
        lambda index: index.delete("a"),
        lambda index: index.get("a"),
        lambda index: index.candidates(signature()),
        lambda index: index.fetch(Ranking(np.arange(1, 9, dtype=np.uint64), np.arange(8.0)), 3),
    ],
    ids=["open", "create", "replace", "delete", "get", "candidates", "fetch"],
)
async def test_without_redis_every_method_says_so(make_index, nobody, work):
    index = make_index(url=nobody)

    with pytest.raises(IndexUnavailableError, match="Redis"):
        await work(index)
    await index.close()


async def test_a_redis_that_hangs_is_given_up_on(make_index, backend):
    index = make_index(timeout=0.3)
    await index.open()
    for server in backend.servers:
        server.client_pause(10_000, all=False)
    try:
        with pytest.raises(IndexUnavailableError):
            await index.create(article("a"), signature())
    finally:
        for server in backend.servers:
            server.client_unpause()
        await index.close()


async def test_a_full_redis_takes_nothing_more_and_still_deletes(index, backend, keys):
    await index.create(article("a"), signature())
    before = keys()
    for server in backend.servers:
        server.config_set("maxmemory", "1mb")
    try:
        with pytest.raises(IndexUnavailableError, match="maxmemory"):
            await index.create(article("b", WHEAT), signature(WHEAT))
        assert keys() == before
        assert await index.delete("a") is True
    finally:
        for server in backend.servers:
            server.config_set("maxmemory", "0")
    assert keys() == set()


async def test_an_index_that_was_emptied_starts_anew(index, backend, index_name):
    await index.create(article("a"), signature())
    for key, server in backend.keys(f"{{{index_name}*").items():
        server.delete(key)

    assert await found(index) == []
    assert (await index.create(article("a"), signature())).version == 1
    assert await found(index) == ["a"]


async def test_an_article_needs_an_id_and_a_kind(index):
    with pytest.raises(ValueError, match="under an id and as a kind"):
        await index.create(Article(body=BARGE), signature())


async def test_every_key_stands_under_the_indexs_own_hash_tags(make_index, backend, index_name):
    before = set(backend.keys())
    index = make_index()
    await index.open()
    await index.create(article("a"), signature())
    await index.close()
    tags = {key.split(b"}:")[0] for key in set(backend.keys()) - before}

    assert tags - {f"{{{index_name}".encode()} <= {
        Namespace(index_name).shard(1, shard, backend.shards).prefix.split(b"}:")[0] for shard in range(backend.shards)
    }
    assert len(tags) == 1 + backend.shards


async def test_what_is_stored_is_readable(index, backend, index_name):
    stored = article("a", source="Norwind", published_at=NOON)
    placement = await index.create(stored, signature())
    local = (placement.number & 0xFFFFFFFF).to_bytes(4, "little")
    [record] = [
        server.get(key) for key, server in backend.keys(f"{{{index_name}:*").items() if key.endswith(b"}:d" + local)
    ]

    assert struct.unpack_from("<I", record) == (1,)
    assert struct.unpack_from("<q", record, 20) == (round(NOON.timestamp() * 1000),)
    assert record[49:57] == b"aNorwind"
    assert Article.model_validate(json.loads(record[57:]) | {"id": "a", "source": "Norwind", "kind": "wire"}) == stored
