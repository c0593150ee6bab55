"""A command that fails before it has begun leaves no file, and changes none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.command_line import CommandLine
from support.ports import free_port

NOBODY = f"redis://127.0.0.1:{free_port()}"
PAIR = {"submission": {"body": "Rain."}, "story": {"body": "Rain."}, "derived": True}
WORK: dict[str, tuple[object, ...]] = {
    "backup": ("backup", "made.ndjson.zst"),
    "backup of a tenant": ("backup", "made.ndjson.gz", "--tenant", "acme"),
    "restore": ("restore", "missing.ndjson.zst"),
    "dedupe": ("dedupe", "in.ndjson", "-o", "made.ndjson", "--rejects", "rejects.ndjson"),
    "dedupe again": ("dedupe", "in.ndjson", "-o", "made.ndjson", "--rejects", "earlier.ndjson"),
    "dedupe by clusters": ("dedupe", "in.ndjson", "-o", "made.ndjson", "--keep-first"),
    "digest": ("digest", "-o", "made.html"),
    "digest over another": ("digest", "-o", "earlier.html"),
    "tune": ("tune", "--pairs", "pairs.jsonl", "--output", "earlier.json", "--svg", "made.svg"),
    "export": ("export",),
    "load": ("load", "index"),
}
DEDUPE = ("dedupe", "in.ndjson", "-o", "made.ndjson", "--rejects")
TUNE = ("tune", "--pairs", "pairs.jsonl", "--alone", "--output")
FAULTS: dict[str, tuple[object, ...]] = {
    "dedupe of nothing": ("dedupe", "missing.ndjson", "-o", "made.ndjson", "--rejects", "rejects.ndjson"),
    "dedupe with a service that is not there": (*DEDUPE, "earlier.ndjson", "--url", NOBODY.replace("redis", "http")),
    "rejects in no folder": (*DEDUPE, "none/rejects.ndjson"),
    "a backup of nothing": ("backup", "made.ndjson.zst", "--data-dir", "made"),
    "a curve in no folder": (*TUNE, "made.json", "--svg", "none/made.svg"),
    "a tuning that is a folder": (*TUNE, "index"),
    "loading nothing": ("load", "missing", "--data-dir", "made"),
    "restoring nothing": ("restore", "missing.ndjson.zst", "--data-dir", "made"),
    "adding nothing": ("add", "missing.json", "--data-dir", "made"),
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], dict[str, object]]]:
    """In the working folder, files that there are; reads all that is in it."""
    (tmp_path / "in.ndjson").write_text('{"body": "A gravel barge broke loose near Ferrow."}\n')
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIR) + "\n")
    (tmp_path / "earlier.ndjson").write_text('{"place": "line 1", "reason": "is not a JSON object."}\n')
    for name in ("earlier.html", "earlier.json"):
        (tmp_path / name).write_text("What was there.")
    (tmp_path / "index").mkdir()
    monkeypatch.chdir(tmp_path)
    yield lambda: {
        str(path.relative_to(tmp_path)): path.is_dir() or (path.stat().st_mode, path.read_bytes())
        for path in tmp_path.rglob("*")
    }
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("arguments", WORK.values(), ids=WORK)
def test_without_a_store_nothing_is_left(arguments, files, monkeypatch, capsys):
    before = files()

    failed = CommandLine(monkeypatch, capsys)(*arguments, "--redis-url", NOBODY)

    assert (failed.status, failed.out, files()) == (2, "", before)


@pytest.mark.parametrize("arguments", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_done_leaves_nothing(arguments, files, monkeypatch, capsys):
    before = files()

    failed = CommandLine(monkeypatch, capsys)(*arguments)

    assert (failed.status, failed.out, files()) == (2, "", before)
