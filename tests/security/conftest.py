from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis
from fastapi.testclient import TestClient

from support.access_keys import KeyMaker
from support.command_line import CommandLine
from support.tenant_keys import TENANTS, Command, key
from support.waiting import PATIENT
from wirematch.app import create_app
from wirematch.settings import Settings


@pytest.fixture
def lone_settings(default_settings: Settings, index_name: str) -> Settings:
    """The default settings with long timeouts, so that a loaded machine does not fail tests."""
    return default_settings.model_copy(update=PATIENT | {"index": index_name})


@pytest.fixture
def lone(lone_settings: Settings) -> Iterator[TestClient]:
    """A program on the service's own machine."""
    with TestClient(create_app(lone_settings), "http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def command(lone_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command on the index of these settings."""
    monkeypatch.setenv("WIREMATCH_REDIS_URL", lone_settings.redis_url or "")
    monkeypatch.setenv("WIREMATCH_INDEX", lone_settings.index)
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def tokens(command: Command) -> dict[str, str]:
    """A key of each tenant, and one without a tenant."""
    return {tenant: key(command, f"{tenant}-desk", tenant) for tenant in TENANTS} | {
        "house": key(command, "house", None, "admin")
    }


@pytest.fixture
def shared(lone_settings: Settings, tokens: dict[str, str]) -> Iterator[TestClient]:
    """A service whose keys belong to tenants."""
    with TestClient(create_app(lone_settings), "http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def key_maker(store: redis.Redis, index_name: str) -> KeyMaker:
    return KeyMaker(store, index_name)
