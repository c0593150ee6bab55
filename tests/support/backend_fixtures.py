"""Where Redis code is tested: one server, one with several shards, a Redis Cluster. For import in conftest files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from support.backends import Backend
from support.cluster import ValkeyCluster
from support.live_service import client_of


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
