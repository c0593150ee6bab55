"""Articles in the index: stored, replaced, read by id, deleted, and the keys that remain."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta

import pytest

from support.backends import BARGE, CAP, WHEAT, article, found, signature
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, UnaddressableIdError
from wirematch.index.keys import Namespace
from wirematch.index.protocol import PutOutcome
from wirematch.index.records.tail import read_tail
from wirematch.models import Article, Kind

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


async def test_what_is_stored_is_read_back(index):
    stored = article(
        "urn:a/b", source="Norwind", headline="“Bridge” 😀", published_at=NOON, url="https://norwind.example/1",
        language="en", kind=Kind.ARTICLE, metadata={"desk": "world", "n": 1, "share": 0.5, "free": True, "by": None},
    )  # fmt: skip
    before = datetime.now(UTC) - timedelta(seconds=1)
    placement = await index.create(stored, signature())
    entry = await index.get("urn:a/b")

    assert (placement.outcome, placement.version) == (PutOutcome.CREATED, 1)
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


@pytest.mark.parametrize("name", [".", ".."])
async def test_an_id_that_no_address_can_name_is_refused(index, keys, name):
    before = keys()

    for write in (index.create, index.replace):
        with pytest.raises(UnaddressableIdError, match="address"):
            await write(article(name), signature())
    bad, good = await index.create_many([(article(name), signature()), (article("..."), signature())])

    assert isinstance(bad, UnaddressableIdError)
    assert (await index.get("...")).number == good.number
    await index.delete("...")
    assert keys() == before


async def test_what_was_stored_under_such_an_id_is_read_and_removed(index, monkeypatch):
    monkeypatch.setattr("wirematch.index.redis_index.DOT_SEGMENTS", frozenset())  # as in an earlier release
    await index.create(article(".."), signature())
    monkeypatch.undo()

    assert (await index.get("..")).article.body == BARGE
    assert await index.delete("..")


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
    entry = await index.get("a")

    assert (second.outcome, second.version) == (PutOutcome.REPLACED, 2)
    assert entry.number == second.number > first.number
    assert entry.article.stored_at == stored_at
    assert {name: getattr(entry.article, name) for name in change} == change


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
    assert (
        Article.model_validate(
            json.loads(record[57 : read_tail(record, 57).json_end]) | {"id": "a", "source": "Norwind", "kind": "wire"}
        )
        == stored
    )
