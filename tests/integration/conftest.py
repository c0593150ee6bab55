from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.backends import Backend
from support.cluster import ValkeyCluster
from support.live_service import client_of


@pytest.fixture(params=["one-shard", "four-shards", "cluster"])
def backend(request: pytest.FixtureRequest, redis_url: str) -> Iterator[Backend]:
    """The places where Redis contents are tested: one server, one server with several shards, a cluster."""
    if request.param == "cluster":
        cluster: ValkeyCluster = request.getfixturevalue("valkey_cluster")
        with cluster.client() as client:
            yield Backend(cluster.url, 6, client, [node.client for node in cluster.masters])
    else:
        with client_of(redis_url) as client:
            yield Backend(redis_url, 4 if request.param == "four-shards" else 1, client, [client])
