"""The command, this test's index and others beside it, and a story as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from support.command_line import CommandLine, Outcome
from wirematch.app import create_app


@pytest.fixture
def wirematch(monkeypatch, capsys) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def redis_option(monkeypatch, redis_url, index_name) -> tuple[str, str]:
    """The options that select this test's index."""
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    return "--redis-url", redis_url


@pytest.fixture
def files(tmp_path, bridge) -> dict[str, Path]:
    """Each article of a story as a JSON file."""
    paths = {kind: tmp_path / f"{kind}.json" for kind in bridge}
    for kind, path in paths.items():
        path.write_text(json.dumps(bridge[kind]), encoding="utf-8")
    return paths


@pytest.fixture
def run(monkeypatch, capsys, redis_url) -> Callable[..., Outcome]:
    """Run the command on an index."""
    command = CommandLine(monkeypatch, capsys)

    def call(index: str, *arguments: object) -> Outcome:
        monkeypatch.setenv("WIREMATCH_INDEX", index)
        monkeypatch.setenv("WIREMATCH_REDIS_URL", redis_url)
        return command(*arguments)

    return call


@pytest.fixture
def on(settings) -> Callable[[str], TestClient]:
    """A client of a service on an index."""
    return lambda index: TestClient(create_app(settings.model_copy(update={"index": index})))
