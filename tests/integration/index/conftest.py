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
from wirematch.index.rebuilding import rebuild
from wirematch.index.rebuilding.rebuild import Rebuild
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


@pytest.fixture
def _rebuilds_on_a_loaded_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0.0)
    for phase in ("LOGGED_MS", "HELD_MS", "MOVED_MS"):  # how long a machine may pause a rebuild
        monkeypatch.setattr(rebuild, phase, 600_000)


@pytest.fixture
async def build(
    backend: Backend, index_name: str, _rebuilds_on_a_loaded_machine: None
) -> AsyncIterator[Callable[..., Rebuild]]:
    """Makes rebuilds of this test's index."""
    stores: list[Store] = []

    def make(
        shards: int | None = None, scheme: FingerprintScheme = SCHEME, progress=lambda *_: None, store=Store
    ) -> Rebuild:
        stores.append(store(connect(backend.url, PATIENCE_SECONDS), PATIENCE_SECONDS))
        return Rebuild(stores[-1], Namespace(index_name), scheme, CAP, sign_article, shards=shards, progress=progress)

    yield make
    for store in stores:
        await store.close()
