from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.backends import Backend
from support.cluster import ValkeyCluster
from support.live_service import LiveService, client_of


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """One running service for all tests that neither end nor fill it; each uses articles of its own."""
    service = LiveService(tmp_path_factory.mktemp("live") / "data")
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.clear_away()


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
