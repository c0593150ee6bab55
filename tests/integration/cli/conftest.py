"""The command, this test's index and others beside it, and a story as files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.command_line import CommandLine, Outcome
from wirematch.app import create_app
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps


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


@pytest.fixture
def backup(run, on, index_name, bridge, tmp_path) -> Path:
    file = tmp_path / "night shift.ndjson.zst"
    with on(index_name) as client:
        for kind in ("wire", "copy", "independent"):
            assert client.post(ARTICLES, json=bridge[kind]).status_code == 201
    assert run(index_name, "backup", file).status == 0
    return file


@pytest.fixture
def job(tmp_path, bridge) -> Path:
    """The index of a Spark job."""
    folder = tmp_path / "index"
    folder.mkdir()
    rows = [steps.read_line(json.dumps({"body": bridge[kind]["body"]}).encode(), Fields()).line for kind in bridge]
    with gzip.open(folder / "part-00000.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{steps.write_stored(one)}\n" for _, one in steps.sign(enumerate(rows)))
    (folder / "_SUCCESS").touch()
    return folder
