from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from service.errors import ArticleExistsError, ArticleNotFoundError, IndexMismatchError, IndexUnavailableError
from service.fingerprint.minhash import FingerprintScheme, Signature, sign
from service.fingerprint.ranking import Ranking
from service.index.connection import connect
from service.index.redis_index import RedisIndex
from service.index.story_index import Outcome
from service.models import Article, Filters, Kind

pytestmark = pytest.mark.anyio

BARGE = "A gravel barge broke loose in the storm and brought down the old harbour bridge before dawn."
WHEAT = "Prices of wheat rose by a tenth last year because rain had spoilt the harvest in three provinces."
CAP = 4
SCHEME = FingerprintScheme()
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def article(article_id: str, body: str = BARGE, **fields) -> Article:
    return Article(id=article_id, body=body, **({"kind": Kind.WIRE} | fields))


def signature(body: str = BARGE) -> Signature | None:
    return sign(body, SCHEME)


@pytest.fixture
def make_index(redis_url: str, index_name: str) -> Callable[..., RedisIndex]:
    def make(name: str = index_name, url: str = redis_url, scheme: FingerprintScheme = SCHEME) -> RedisIndex:
        return RedisIndex(connect(url, 5.0), name, scheme, CAP)

    return make


@pytest.fixture
async def index(make_index) -> AsyncIterator[RedisIndex]:
    index = make_index()
    await index.open()
    yield index
    await index.close()


async def found(index: RedisIndex, body: str = BARGE, limit: int = 100, **filters) -> list[str]:
    """Ids of the articles that a text leads to."""
    candidates = await index.candidates(signature(body))
    return [entry.article.id for entry in await index.fetch(candidates.ranking, limit, Filters(**filters))]


async def test_what_is_stored_is_read_back(index):
    stored = article(
        "urn:a/b", source="Norwind", headline="“Bridge” 😀", published_at=NOON, url="https://norwind.example/1",
        language="en", kind=Kind.ARTICLE, metadata={"desk": "world", "n": 1, "share": 0.5, "free": True, "by": None},
    )  # fmt: skip
    before = datetime.now(UTC) - timedelta(seconds=1)
    placement = await index.create(stored, signature())
    entry = await index.get("urn:a/b")

    assert (placement.outcome, placement.version) == (Outcome.CREATED, 1)
    assert entry.number == placement.number
    assert entry.article.model_dump(exclude={"version", "stored_at"}) == stored.model_dump()
    assert entry.article.version == 1
    assert before < entry.article.stored_at < datetime.now(UTC) + timedelta(seconds=1)


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

    assert (first.outcome, again.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert (again.number, again.version) == (first.number, 1)


@pytest.mark.parametrize(
    "change", [{"body": WHEAT}, {"source": "Aster"}, {"metadata": {"n": 2}}, {"published_at": NOON}]
)
async def test_other_content_is_a_new_version_of_the_same_article(index, change):
    first = await index.replace(article("a"), signature())
    stored_at = (await index.get("a")).article.stored_at
    second = await index.replace(article("a", **change), signature())
    entry = await index.get("a")

    assert (second.outcome, second.version) == (Outcome.REPLACED, 2)
    assert entry.number == second.number > first.number
    assert entry.article.stored_at == stored_at
    assert {name: getattr(entry.article, name) for name in change} == change


async def test_replacing_takes_the_old_version_out_of_its_buckets(index, keys):
    await index.create(article("other", WHEAT), signature(WHEAT))
    alone = keys()
    await index.replace(article("a"), signature())
    placement = await index.replace(article("a", WHEAT), signature(WHEAT))

    assert keys() == alone | {f"d{placement.number}"}
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

    assert keys() == {"record", "sequence"}


async def test_deleting_leaves_the_other_articles_postings_as_they_were(index, store, index_name):
    def postings() -> dict[bytes, bytes]:
        return {key: store.get(key) for key in store.scan_iter(match=f"{{{index_name}}}:b*", count=10_000)}

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


async def test_candidates_can_be_held_to_those_stored_before(index):
    placements = [await index.create(article(name), signature()) for name in ("a", "b", "c")]
    candidates = await index.candidates(signature(), before=placements[1].number)

    assert candidates.ranking.numbers.tolist() == [placements[0].number]
    assert candidates.documents == 3


async def test_an_article_without_words_is_stored_and_in_no_bucket(index):
    await index.create(article("wordless", "😀"), None)

    assert (await index.get("wordless")).article.body == "😀"
    candidates = await index.candidates(None)
    assert (len(candidates.ranking), candidates.documents) == (0, 1)


async def test_a_full_bucket_drops_the_oldest(index):
    for number in range(CAP + 2):
        await index.create(article(f"a{number}"), signature())

    assert sorted(await found(index)) == ["a2", "a3", "a4", "a5"]


async def test_fetching_keeps_the_order_and_stops_at_the_limit(index):
    for name in "abcd":
        await index.create(article(name), signature())

    assert await found(index, limit=2) == ["a", "b"]


async def test_what_was_deleted_in_between_is_passed_over(index):
    for name in "abc":
        await index.create(article(name), signature())
    candidates = await index.candidates(signature())
    await index.delete("a")

    assert [entry.article.id for entry in await index.fetch(candidates.ranking, 2)] == ["b", "c"]
    assert [entry.article.id for entry in await index.fetch(candidates.ranking, 2, Filters(kinds=[Kind.WIRE]))] == [
        "b",
        "c",
    ]


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

    assert await found(index, **filters) == ids


async def test_a_filter_looks_past_the_limit_for_those_that_pass(index):
    for name in "abc":
        await index.create(article(name, source=name), signature())

    assert await found(index, limit=1, sources=["c"]) == ["c"]


async def test_scripts_that_the_server_forgot_are_loaded_again(index, store):
    await index.create(article("a"), signature())
    store.script_flush()
    await index.create(article("b"), signature())
    store.script_flush()
    assert sorted(await found(index)) == ["a", "b"]
    store.script_flush()
    assert (await index.get("a")).article.id == "a"
    store.script_flush()
    assert await index.delete("a") is True
    store.script_flush()
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


async def test_a_record_without_a_field_is_refused(index, store, make_index, index_name):
    store.hdel(f"{{{index_name}}}:record", "layout")

    with pytest.raises(IndexMismatchError, match="layout is missing, not 1"):
        await index.open()


async def test_opening_again_is_harmless(index, make_index):
    await index.create(article("a"), signature())
    again = make_index()
    await again.open()

    assert (await again.get("a")).article.body == BARGE
    await again.close()


async def test_two_indexes_live_side_by_side(index, make_index, index_name, store):
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


@pytest.mark.parametrize(
    "work",
    [
        lambda index: index.open(),
        lambda index: index.create(article("a"), signature()),
        lambda index: index.replace(article("a"), signature()),
        lambda index: index.delete("a"),
        lambda index: index.get("a"),
        lambda index: index.candidates(signature()),
        lambda index: index.fetch(Ranking(signature(), signature()), 3),
    ],
    ids=["open", "create", "replace", "delete", "get", "candidates", "fetch"],
)
async def test_without_redis_every_method_says_so(make_index, tmp_path, work):
    index = make_index(url=f"unix://{tmp_path}/nobody.sock")

    with pytest.raises(IndexUnavailableError, match="Redis"):
        await work(index)
    await index.close()


async def test_a_redis_that_hangs_is_given_up_on(redis_url, index_name, store):
    index = RedisIndex(connect(redis_url, 0.2), index_name, SCHEME, CAP)
    await index.open()
    store.client_pause(10_000, all=False)
    try:
        with pytest.raises(IndexUnavailableError):
            await index.get("a")
    finally:
        store.client_unpause()
        await index.close()


async def test_a_full_redis_takes_nothing_more_and_still_deletes(index, store, keys):
    await index.create(article("a"), signature())
    before = keys()
    store.config_set("maxmemory", "1mb")
    try:
        with pytest.raises(IndexUnavailableError, match="maxmemory"):
            await index.create(article("b", WHEAT), signature(WHEAT))
        assert keys() == before
        assert await index.delete("a") is True
    finally:
        store.config_set("maxmemory", "0")
    assert keys() == {"record", "sequence"}


async def test_an_article_needs_an_id_and_a_kind(index):
    with pytest.raises(ValueError, match="under an id and as a kind"):
        await index.create(Article(body=BARGE), signature())


async def test_every_key_stands_under_the_indexs_own_hash_tag(make_index, store, index_name):
    before = set(store.scan_iter(count=10_000))
    index = make_index()
    await index.open()
    await index.create(article("a"), signature())
    await index.close()

    assert all(key.startswith(f"{{{index_name}}}:".encode()) for key in set(store.scan_iter(count=10_000)) - before)


async def test_what_is_stored_is_readable_json(index, store, index_name):
    placement = await index.create(article("a", source="Norwind", published_at=NOON), signature())
    record = store.hgetall(f"{{{index_name}}}:d{placement.number}")

    assert Article.model_validate_json(record[b"article"]) == article("a", source="Norwind", published_at=NOON)
    assert record[b"source"] == b"Norwind"
    assert record[b"kind"] == b"wire"
    assert record[b"published"] == str(round(NOON.timestamp() * 1000)).encode()
