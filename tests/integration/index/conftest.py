"""Where the index is tested: one server, one server with several shards, a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from support.backends import CAP, SCHEME, Backend, sign_article
from support.cluster import ValkeyCluster
from support.live_service import client_of
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.connection import Store, connect
from wirematch.index.redis_index import RedisIndex


@pytest.fixture(params=["one-shard", "four-shards", "cluster"])
def backend(request: pytest.FixtureRequest, redis_url: str) -> Iterator[Backend]:
    if request.param == "cluster":
        cluster: ValkeyCluster = request.getfixturevalue("valkey_cluster")
        yield Backend(cluster.url, 6, [node.client for node in cluster.masters])
    else:
        with client_of(redis_url) as client:
            yield Backend(redis_url, 4 if request.param == "four-shards" else 1, [client])


@pytest.fixture
def keys(backend: Backend, index_name: str) -> Callable[[], set[str]]:
    """Names of all keys of what is stored in this test's index, without the index's own name."""

    def stored() -> set[str]:
        found = {key.decode("latin-1").removeprefix(f"{{{index_name}") for key in backend.keys(f"{{{index_name}[}}:]*")}
        return {key for key in found if not key.endswith(("}:record", "}:state"))}

    return stored


@pytest.fixture
def make_index(backend: Backend, index_name: str) -> Callable[..., RedisIndex]:
    def make(
        name: str = index_name,
        url: str = backend.url,
        scheme: FingerprintScheme = SCHEME,
        shards: int = backend.shards,
        timeout: float = 5.0,
        cap: int = CAP,
        **options,
    ) -> RedisIndex:
        store = Store(connect(url, timeout), timeout)
        return RedisIndex(store, name, scheme, cap, sign_article, shards=shards, **options)

    return make


@pytest.fixture
async def index(make_index) -> AsyncIterator[RedisIndex]:
    index = make_index()
    await index.open()
    yield index
    await index.close()
