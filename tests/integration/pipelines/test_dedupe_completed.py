"""The last steps of a dedupe run: who is interrupted there loses nothing, and is told of no output that is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.command_line import CommandLine
from support.dedupe_runs import Outcome
from wirematch.pipelines.dedupe import launch
from wirematch.pipelines.dedupe.checkpoint import RunFolder, RunState

ROWS = [
    {"id": "quay", "body": "The harbour board closed the old timber quay on Monday after an inspection, it said."},
    {"id": "orchard", "body": "Growers in the Averland valley lost a third of their apples to a late frost in May."},
]
Dedupe = Callable[..., Outcome]


@pytest.fixture
def given(write) -> Path:
    file: Path = write(ROWS)
    return file


@pytest.fixture
def interrupted(monkeypatch, dedupe: Dedupe, given: Path) -> Callable[..., None]:
    """Interrupt a run, all of whose rows are decided, at one of its last steps."""

    def interrupt(step: str, *options: object) -> None:
        def end(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(launch, step, end)
            assert dedupe(given, *options).status == 130

    return interrupt


def test_an_output_that_was_removed_before_it_had_its_name_is_missed(dedupe, interrupted, given, tmp_path):
    out = tmp_path / "out.ndjson"
    interrupted("put_in_place", "-o", out)
    out.with_name("out.ndjson.part").unlink()
    refused = dedupe(given, "-o", out)

    assert (refused.status, out.exists()) == (2, False)
    assert "out.ndjson.part was changed since the run was interrupted; --restart starts over." in refused.err
    assert dedupe(given, "-o", out, "--restart").status == 0
    assert [json.loads(line) for line in out.read_text().splitlines()] == ROWS


def test_first_rows_are_written_again_from_what_was_decided(dedupe, interrupted, given, tmp_path):
    out = tmp_path / "out.ndjson"
    interrupted("put_in_place", "-o", out, "--keep-first")
    out.with_name("out.ndjson.part").unlink()

    assert dedupe(given, "-o", out, "--keep-first").status == 0
    assert [json.loads(line) for line in out.read_text().splitlines()] == ROWS


@pytest.mark.parametrize("options", [[], ["--keep-first"]], ids=["", "keep-first"])
def test_an_output_that_has_its_name_is_complete(dedupe, interrupted, given, tmp_path, options):
    out = tmp_path / "out.ndjson"
    interrupted("_note_finished", "-o", out, *options)
    assert dedupe(given, "-o", out, *options).status == 0

    assert [json.loads(line) for line in out.read_text().splitlines()] == ROWS
    assert not out.with_name("out.ndjson.wirematch").exists()


def test_started_over_for_another_tenant_it_leaves_nothing_with_the_first(
    dedupe, interrupted, given, tmp_path, redis_url, index_name, monkeypatch, capsys
):
    wirematch, out = CommandLine(monkeypatch, capsys), tmp_path / "out.ndjson"
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    monkeypatch.setenv("WIREMATCH_REDIS_URL", redis_url)
    assert wirematch("tenants", "create", "calder").status == 0
    monkeypatch.setenv("WIREMATCH_TENANT", "calder")
    interrupted("put_in_place", "-o", out, "--redis-url", redis_url)
    assert len(wirematch("export").out.splitlines()) == len(ROWS)
    monkeypatch.delenv("WIREMATCH_TENANT")
    assert dedupe(given, "-o", out, "--redis-url", redis_url, "--restart").status == 0

    assert len(wirematch("export").out.splitlines()) == len(ROWS)
    monkeypatch.setenv("WIREMATCH_TENANT", "calder")
    assert wirematch("export").out == ""


def test_who_has_cleared_its_folder_leaves_that_of_the_next_run(tmp_path):
    out = tmp_path / "out.ndjson"
    with RunFolder(out) as first:
        first.clear()
        following = RunFolder(out).__enter__()
        following.save(RunState(run="following", asked={}))

    assert following.begun
    following.__exit__()
