"""The command, this test's index, and a story as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.command_line import CommandLine


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
