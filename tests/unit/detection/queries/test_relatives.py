"""How much of a cluster is read to list what is related to a story."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wirematch.detection.queries import relatives
from wirematch.detection.queries.relatives import READ_AT_FIRST, READ_AT_ONCE, find_relatives
from wirematch.index.protocol import NO_LOOKUP, Record, Records
from wirematch.models import Kind, StoredArticle

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def record(number: int, length: int) -> Record:
    body = "x" * length
    stored = StoredArticle(id=f"a{number}", body=body, kind=Kind.ARTICLE, version=1, stored_at=NOW)
    return Record(number, body, lambda: stored)


class Cluster:
    """A cluster of a story and its copies, and the index that holds them."""

    def __init__(self, copies: int, length: int) -> None:
        self.story = record(0, length)
        self._records = {one.id: one for one in (record(number, length) for number in range(1, copies + 1))}
        self.read: list[int] = []
        """Bytes of each reading."""

    async def member_ids(self, _: StoredArticle, most: int) -> list[str]:
        return [self.story.id, *self._records][:most]

    async def fetch(self, *_: object) -> Records:
        return Records()

    async def get_many(self, article_ids: list[str]) -> Records:
        found = Records(self._records[one] for one in article_ids)
        self.read.append(sum(one.size for one in found))
        return found


async def found_in(cluster: Cluster, most_bytes: int) -> relatives.Relatives:
    return await find_relatives(cluster, cluster, cluster.story, NO_LOOKUP, most_ranked=8, most_bytes=most_bytes)


@pytest.mark.parametrize("length", [1, 100, 3_000])
async def test_all_members_are_read_once_however_they_are_cut(length):
    cluster = Cluster(copies=700, length=length)

    found = await found_in(cluster, most_bytes=3_000_000)

    assert [one.id for one in found.records] == [f"a{number}" for number in range(1, 701)]
    assert not found.members_left
    assert len(cluster.read) <= 2 + 700 // READ_AT_ONCE


async def test_of_long_members_not_many_more_are_read_than_may_be_compared():
    cluster = Cluster(copies=2_000, length=200_000)

    found = await found_in(cluster, most_bytes=4_000_000)

    assert found.members_left
    assert sum(cluster.read) <= 4_000_000 + READ_AT_FIRST * 200_000
    assert len(found.records) >= 20
