"""Fixtures for all tests: one Valkey, an index for each test, the sample stories, the real command."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from fastapi.testclient import TestClient

from support.backends import stored_keys
from support.cluster import ValkeyCluster
from support.live_service import LiveService
from support.required import skip_without_data
from support.waiting import PATIENT
from wirematch.app import create_app
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings

STORIES = Path(__file__).parents[1] / "demo" / "stories"
LANGUAGES = Path(__file__).parent / "stories" / "languages"

# The same examples on every run, and no deadline: a test fails because of the code or not at all.
hypothesis.settings.register_profile("wirematch", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("fast", deadline=None, derandomize=True, database=None, max_examples=15)
hypothesis.settings.register_profile("thorough", deadline=None, database=None, max_examples=3_000)
hypothesis.settings.load_profile("wirematch")

Story = dict[str, dict[str, Any]]


STARTS_PROCESSES = {"browser", "live", "serve", "valkey_cluster", "mortal_cluster"}


def pytest_configure() -> None:
    """Heed SIGINT, which shells ignore in the background: commands that tests interrupt would inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.disable()  # until all tests are collected: it is a third of that, and every process collects them


def pytest_collection_finish() -> None:
    gc.freeze()  # what was collected stays, and need not be walked through again
    gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark tests that start the service or a cluster as slow."""
    wanted = set(getattr(item, "fixturenames", ()))
    params = getattr(getattr(item, "callspec", None), "params", {})
    if any(isinstance(value, str) and value == "cluster" for value in params.values()):
        wanted.add("valkey_cluster")  # requested while the test runs
    if STARTS_PROCESSES & wanted:
        item.add_marker(pytest.mark.slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("data"):
        skip_without_data()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    _forget_settings(monkeypatch)


def _forget_settings(environment: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("WIREMATCH_"):
            environment.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _processes_start_quickly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """If Python may not write bytecode beside its sources, share a cache, or each start would compile everything."""
    with pytest.MonkeyPatch.context() as environment:
        if sys.dont_write_bytecode:
            folder = tmp_path_factory.getbasetemp()
            every_workers = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
            environment.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            environment.setenv("PYTHONPYCACHEPREFIX", str(every_workers / "bytecode"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _nobody_is_trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test uses the network, and a client of HTTP reads all authorities when it is made, for 40 ms."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SSL_CERT_FILE", raising=False)
        environment.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("authorities")))
        yield


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with EmbeddedStore(tmp_path_factory.mktemp("valkey")) as store, redis.Redis.from_url(store.url) as client:
        client.config_set("busy-reply-threshold", 0)  # on a loaded machine, no script is too slow to be waited for
        yield store.url
        _nobody_used_the_default_index(client)


@pytest.fixture(scope="session")
def valkey_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyCluster]:
    with ValkeyCluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster
        with cluster.client() as client:
            _nobody_used_the_default_index(client)


def _nobody_used_the_default_index(client: redis.Redis | redis.RedisCluster) -> None:
    """A test that shares a server and names no index of its own would meet what another one left."""
    found = [key for key in client.scan_iter(count=10_000) if key.startswith((b"{main", b"main:"))]
    assert not found, f"a test used the default index on a shared server: {sorted(found)[:5]}"


@pytest.fixture
def store(redis_url: str) -> Iterator[redis.Redis]:
    """The Valkey behind the service, to inspect what it contains."""
    with redis.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def index_name() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def keys(store: redis.Redis, index_name: str) -> Callable[[], set[str]]:
    """Names of all keys stored for this test's index, without the index's own name."""
    return lambda: stored_keys(store, index_name)


@pytest.fixture(scope="session")
def default_settings(redis_url: str) -> Settings:
    """The default settings; read once, as that takes longer than starting the application."""
    with pytest.MonkeyPatch.context() as environment:
        _forget_settings(environment)
        return Settings(redis_url=redis_url)


@pytest.fixture
def settings(default_settings: Settings, index_name: str) -> Settings:
    """Settings with long timeouts, so that a loaded machine does not fail tests."""
    chosen = {"index": index_name, "allowed_hosts": frozenset({"testserver"})}  # as Starlette's client requests
    return default_settings.model_copy(update=PATIENT | chosen)


@pytest.fixture
def without_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a rebuild drop the former generation at once, as no other process can be reading it."""
    monkeypatch.setattr("wirematch.index.rebuilding.rebuild.GRACE_SECONDS", 0.0)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def _read_story(folder: Path) -> Story:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")}


@pytest.fixture(scope="session")
def stories() -> dict[str, Story]:
    """The sample stories: name -> wire, copy, rewrite, excerpt, independent -> article as JSON."""
    return {folder.name: _read_story(folder) for folder in STORIES.iterdir()}


@pytest.fixture(params=sorted(folder.name for folder in STORIES.iterdir()))
def story(request: pytest.FixtureRequest, stories: dict[str, Story]) -> Story:
    """Each of the sample stories in turn."""
    return stories[request.param]


@pytest.fixture
def bridge(stories: dict[str, Story]) -> Story:
    """One sample story, where one is enough."""
    return stories["harbour-bridge"]


@pytest.fixture(params=sorted(file.stem for file in LANGUAGES.glob("*.json")))
def foreign(request: pytest.FixtureRequest) -> dict[str, str]:
    """The bodies of wire, copy, rewrite, independent and unrelated, in each of 22 languages."""
    texts: dict[str, str] = json.loads((LANGUAGES / f"{request.param}.json").read_text(encoding="utf-8"))
    return texts


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveService]:
    """One running service for all tests that neither end nor fill it; each uses articles of its own."""
    service = LiveService(tmp_path_factory.mktemp("live") / "data")
    try:
        service.wait_until_ready()
        yield service
    finally:
        service.clear_away()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., LiveService]]:
    """Start ``wirematch serve`` any number of times; every service ends with the test."""
    started: list[LiveService] = []

    def start(
        *options: str, data_dir: Path = tmp_path / "data", environment: Mapping[str, str] | None = None
    ) -> LiveService:
        service = LiveService(data_dir, *options, environment=environment)
        started.append(service)
        service.wait_until_ready()
        return service

    yield start
    for service in started:
        service.clear_away()
