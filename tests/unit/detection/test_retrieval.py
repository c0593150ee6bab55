"""What of the candidates is worth a comparison, and what is read to tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from support.stored_stories import SCHEME, Shelf, placed, stored
from wirematch.detection.executor import BoundedExecutor
from wirematch.detection.retrieval import Retriever
from wirematch.fingerprint.minhash import fingerprint_many
from wirematch.fingerprint.ranking import Ranking
from wirematch.index.protocol import Lookup
from wirematch.models import Filters

pytestmark = pytest.mark.anyio


@pytest.fixture
def executor() -> Iterator[BoundedExecutor]:
    executor = BoundedExecutor(1, 8)
    yield executor
    executor.close()


@pytest.fixture
def shelf(bridge) -> Shelf:
    return Shelf(*(stored(number, bridge[kind]) for number, kind in enumerate(("wire", "independent", "copy"), 1)))


def retriever(shelf: Shelf, executor: BoundedExecutor, limit: int = 10) -> Retriever:
    return Retriever(shelf, SCHEME, executor, compare_limit=limit, cache=10)


async def test_what_shares_enough_is_kept_best_first(shelf, executor, bridge):
    finder = retriever(shelf, executor)
    [found] = await finder.find(await finder.read([bridge["wire"]["body"]]))

    assert [entry.number for entry in found.entries][:2] == [1, 3]
    assert (found.candidates.documents, found.partial) == (3, False)


async def test_what_shares_too_little_is_passed_over(executor, bridge, stories):
    shelf = Shelf(stored(1, stories["amber-lamps"]["wire"]), stored(2, bridge["wire"]))
    finder = retriever(shelf, executor)
    [fingerprint] = await finder.read([bridge["rewrite"]["body"]])

    assert [entry.number for entry in await finder.sieve(fingerprint, list(shelf.entries))] == [2]


async def test_no_more_than_the_limit_is_read(shelf, executor, bridge):
    finder = retriever(shelf, executor, limit=1)
    [found] = await finder.find(await finder.read([bridge["wire"]["body"]]))

    assert [entry.number for entry in found.entries] == [1]
    assert found.looked_at == 1
    assert set(shelf.read) == {1}


async def test_a_stored_one_finds_only_what_was_stored_before_it(shelf, executor, bridge):
    finder = retriever(shelf, executor)
    prints = await finder.read([bridge[kind]["body"] for kind in ("wire", "copy")])
    wire, copy = await finder.find(prints, [placed(shelf.entries[0]), placed(shelf.entries[2])])

    assert [entry.number for entry in wire.entries] == []
    assert [entry.number for entry in copy.entries][:1] == [1]


async def test_what_came_with_the_placement_is_not_looked_up_again(executor, bridge):
    class Silent(Shelf):
        async def lookup_many(self, *_: object) -> list[Lookup]:
            raise AssertionError("a round trip for nothing")

    shelf = Silent(stored(1, bridge["wire"]), stored(2, bridge["copy"]))
    came = placed(shelf.entries[1])
    found_by_the_way = Lookup(Ranking(np.array([1], np.uint64), np.array([9.0])), 2)
    placement = type(came)(came.outcome, came.number, came.version, came.stored_at, found_by_the_way)
    [found] = await retriever(shelf, executor).find(fingerprint_many([bridge["copy"]["body"]], SCHEME), [placement])

    assert [entry.number for entry in found.entries] == [1]


async def test_related_ones_stay_where_they_are_asked_for(executor, bridge, stories):
    other = stories["amber-lamps"]["wire"]
    shelf = Shelf(stored(1, other | {"body": f"{other['body']} {bridge['wire']['body'][:120]}"}))
    finder = retriever(shelf, executor)
    [fingerprint] = await finder.read([bridge["wire"]["body"]])
    kept = {
        wanted: [
            entry.number
            for entry in (await finder.retrieve_filtered(fingerprint, Filters(include_related=wanted))).entries
        ]
        for wanted in (True, False)
    }

    assert kept == {True: [1], False: []}
