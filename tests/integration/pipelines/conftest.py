from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.awaited_client import Awaited
from support.command_line import CommandLine
from support.dedupe_runs import Outcome
from support.hostile_server import QUICK, HostileServer
from support.stub_server import StubServer
from wirematch_client import Client

STORIES = Path(__file__).parents[2] / "stories" / "pipelines"


@pytest.fixture(scope="session")
def told_once() -> Callable[[str], dict[str, dict[str, Any]]]:
    """Return, by name, a story that no other test stores, so that decisions on it depend on this test only."""
    return lambda name: json.loads((STORIES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def stub() -> Iterator[StubServer]:
    stub = StubServer()
    yield stub
    stub.close()


@pytest.fixture
def dedupe(monkeypatch, capsys) -> Callable[..., Outcome]:
    command = CommandLine(monkeypatch, capsys)

    def run(*arguments: object, stdin: bytes = b"") -> Outcome:
        status, out, err = command("dedupe", *arguments, stdin=stdin)
        return Outcome(status, [json.loads(line) for line in out.splitlines()], err)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(records: Iterable[dict[str, Any] | bytes], name: str = "in.ndjson") -> Path:
        lines = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in records)
        (tmp_path / name).write_bytes(b"\n".join(lines) + b"\n")
        return tmp_path / name

    return write


@pytest.fixture
def named(bridge) -> dict[str, dict[str, Any]]:
    """The story with short ids and without times, in the order of the sample's kinds."""
    kinds = ("wire", "independent", "copy", "rewrite", "excerpt")
    return {kind: bridge[kind] | {"id": kind, "published_at": None} for kind in kinds}


@pytest.fixture(params=[Client, Awaited], ids=["sync", "async"])
def connect(request) -> Iterator[Callable[..., Any]]:
    """Makes clients of either kind that do not wait long between attempts."""
    opened = []

    def connect(server: HostileServer | str, **options: Any) -> Any:
        url = server if isinstance(server, str) else server.url
        opened.append(request.param(url, **{"retry": QUICK, "timeout": 20} | options))
        return opened[-1]

    yield connect
    for client in opened:
        client.close()
