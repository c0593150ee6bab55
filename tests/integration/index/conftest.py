"""An index in each of the places where it is tested."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from support.backends import CAP, SCHEME, Backend, sign_article, stored_keys
from support.waiting import PATIENCE_SECONDS
from wirematch.fingerprint.minhash import FingerprintScheme
from wirematch.index.connections.connection import Store, connect
from wirematch.index.keys import Namespace
from wirematch.index.protocol import Signer
from wirematch.index.redis_index import RedisIndex


@pytest.fixture
def keys(backend: Backend, index_name: str) -> Callable[[], set[str]]:
    """Names of all keys stored for this test's index, in any of the places."""
    return lambda: stored_keys(backend.client, index_name)


@pytest.fixture
def make_index(backend: Backend, index_name: str) -> Callable[..., RedisIndex]:
    def make(
        name: str = index_name,
        url: str = backend.url,
        scheme: FingerprintScheme = SCHEME,
        shards: int = backend.shards,
        timeout: float = PATIENCE_SECONDS,
        cap: int = CAP,
        signer: Signer = sign_article,
        **options,
    ) -> RedisIndex:
        store = Store(connect(url, timeout), timeout)
        return RedisIndex(store, Namespace(name), scheme, cap, signer, shards=shards, **options)

    return make


@pytest.fixture
async def index(make_index) -> AsyncIterator[RedisIndex]:
    index = make_index()
    await index.open()
    yield index
    await index.close()
