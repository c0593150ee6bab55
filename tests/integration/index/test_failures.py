"""Redis is away, hangs, is full, was emptied or lost its scripts."""

from __future__ import annotations

import numpy as np
import pytest

from support.backends import WHEAT, Backend, article, found, signature
from support.waiting import eventually
from wirematch.errors import IndexFullError, IndexUnavailableError
from wirematch.fingerprint.ranking import Ranking

pytestmark = pytest.mark.anyio


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


@pytest.fixture
def nobody(backend: Backend) -> str:
    return f"{backend.url.split(':')[0]}://127.0.0.1:1" if "cluster" in backend.url else "unix:///no.sock"


@pytest.mark.parametrize(
    "work",
    [
        lambda index: index.open(),
        lambda index: index.create(article("a"), signature()),
        lambda index: index.replace(article("a"), signature()),
        lambda index: index.delete("a"),
        lambda index: index.get("a"),
        lambda index: index.lookup(signature()),
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
    await eventually(index.open)
    for server in backend.servers:
        server.client_pause(600_000, all=False)
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
        with pytest.raises(IndexFullError, match="no memory"):
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
