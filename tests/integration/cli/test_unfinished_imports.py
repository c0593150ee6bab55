"""A restore or a load that was killed leaves a mark, and everybody who asks the half-filled index is told of it."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import re
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.forked_command import start_command
from support.holding_relay import relay_to
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.app import create_app
from wirematch.composition.from_settings import make_store
from wirematch.index.connections.scripts import PUT, Script
from wirematch.index.keys import Namespace
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.spark import steps
from wirematch.settings import Settings
from wirematch.state.imports import Import, Imports
from wirematch.state.scripts import PUT_MEMBERS

Kill = Callable[..., None]


@pytest.fixture
def kill(redis_url) -> Kill:
    """Kill a command when it waits for the answer to a script."""

    def kill(index: str, at: Script, *arguments: object, about: str = "") -> None:
        with relay_to(redis_url) as (relay, url):
            relay.hold(at, 1, about)
            environment = os.environ | {"WIREMATCH_INDEX": index, "WIREMATCH_REDIS_URL": url}
            with Path(os.devnull).open("wb") as nothing:
                running = start_command(arguments, environment, nothing)
            wait_for(lambda: relay.enough, "storing")
            running.kill()
            running.wait(PATIENCE_SECONDS)

    return kill


@pytest.fixture
def backup(run, on, index_name, bridge, tmp_path) -> Path:
    file = tmp_path / "night shift.ndjson.zst"
    with on(index_name) as client:
        for kind in ("wire", "copy", "independent"):
            assert client.post(ARTICLES, json=bridge[kind]).status_code == 201
    assert run(index_name, "backup", file).status == 0
    return file


def phase(client: TestClient) -> str:
    """Return what /readyz says of the index, with which the metric agrees."""
    said = str(client.get("/readyz").json()["index"])
    counted = re.findall(r"^wirematch_imports_unfinished (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert list(map(float, counted)) == [float(said == "incomplete")]
    return said


@pytest.mark.parametrize("at", [PUT, PUT_MEMBERS], ids=["articles", "members"])
def test_a_restore_that_is_killed_is_told_until_it_is_repeated(run, on, backup, index_name, kill, caplog, at):
    other = f"{index_name}-restored"
    kill(other, at, "restore", backup)
    with caplog.at_level(logging.WARNING, "uvicorn.error"), on(other) as client:
        assert (phase(client), client.get("/readyz").status_code) == ("incomplete", 200)
        said = f"'wirematch restore {shlex.quote(str(backup))}', begun at"
        assert said in caplog.text
        examined = run(other, "doctor", "--json")
        [finding] = [one for one in json.loads(examined.out) if one["check"] == "import"]
        assert (examined.status, finding["grade"], said in finding["found"]) == (1, "problem", True)
        assert said in run(other, "export").err
        moved = backup.rename(backup.with_name("moved.ndjson.zst"))
        repeated = run(other, "restore", moved)
        assert (repeated.status, phase(client)) == (0, "current")
        assert len(client.get(ARTICLES).json()["articles"]) == 3
    assert "begun at" not in run(other, "export").err


def test_a_backup_of_half_an_index_says_that_it_is_one(run, backup, index_name, kill, tmp_path):
    other = f"{index_name}-restored"
    kill(other, PUT, "restore", backup)

    again = run(other, "backup", tmp_path / "half.ndjson.zst")
    assert "has not ended: articles may be missing." in again.err


def test_another_backup_does_not_end_what_an_interrupted_one_began(run, on, backup, index_name, kill, tmp_path):
    """Even one of the same second."""
    other, another = f"{index_name}-restored", tmp_path / "another.ndjson.zst"
    assert run(index_name, "backup", another).status == 0
    kill(other, PUT, "restore", backup)

    assert run(other, "restore", another).status == 0
    with on(other) as client:
        assert phase(client) == "incomplete"


def test_a_restore_that_nobody_can_repeat_is_abandoned(run, on, backup, index_name, kill):
    other = f"{index_name}-restored"
    kill(other, PUT, "restore", backup)
    backup.unlink()

    wrong = run(other, "restore", "--abandon", backup.with_name("another.ndjson.zst"))
    assert (wrong.status, "is unfinished; 'wirematch doctor' names all." in wrong.err) == (2, True)
    assert run(other, "restore", "--abandon", backup).status == 0
    with on(other) as client:
        assert phase(client) == "current"


def test_a_restore_that_cannot_begin_leaves_no_mark(run, on, store, backup, index_name):
    other = f"{index_name}-restored"
    with on(other) as client:
        record = f"{{{other}}}:record"
        store.hset(record, "permutations", "64")
        assert run(other, "restore", backup).status == 2
        store.hset(record, "permutations", "128")
        assert phase(client) == "current"


def test_a_tenant_that_is_deleted_takes_its_mark_along(run, on, backup, index_name, kill, monkeypatch):
    other = f"{index_name}-restored"
    assert run(other, "tenants", "create", "calder").status == 0
    monkeypatch.setenv("WIREMATCH_TENANT", "calder")
    kill(other, PUT, "restore", backup)
    monkeypatch.delenv("WIREMATCH_TENANT")
    with on(other) as client:
        assert phase(client) == "incomplete"
        assert "for the tenant 'calder', has not ended" in run(other, "doctor").out
        assert run(other, "tenants", "delete", "calder", "--yes").status == 0
        assert phase(client) == "current"


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


def test_a_load_that_is_killed_is_told_until_it_is_repeated(run, on, job, index_name, kill):
    kill(index_name, PUT, "load", job)
    with on(index_name) as client:
        assert phase(client) == "incomplete"
        assert f"'wirematch load {job}', begun at" in run(index_name, "doctor", "--json").out
        assert run(index_name, "load", job).status == 0
        assert phase(client) == "current"
        kill(index_name, PUT, "load", job)
        assert phase(client) == "incomplete"
        assert run(index_name, "load", "--abandon", job).status == 0
        assert phase(client) == "current"


def test_only_the_load_that_is_named_is_abandoned(run, on, job, index_name, kill, tmp_path):
    """All Spark jobs call their folder alike."""
    other = shutil.copytree(job, tmp_path / "other" / job.name)
    kill(index_name, PUT, "load", job)
    kill(index_name, PUT, "load", other)
    with on(index_name) as client:
        assert run(index_name, "load", "--abandon", other).status == 0
        assert phase(client) == "incomplete"
        assert str(job) in run(index_name, "doctor", "--json").out
        assert run(index_name, "load", "--abandon", job).status == 0
        assert phase(client) == "current"


def test_a_mark_stays_until_the_last_section_for_the_same_articles_is_restored(
    run, on, backup, index_name, kill, bridge, settings, monkeypatch
):
    both, other = backup.with_name("both.ndjson.zst"), f"{index_name}-restored"
    assert run(index_name, "tenants", "create", "calder").status == 0
    of_calder = settings.model_copy(update={"index": index_name, "tenant": "calder"})
    with TestClient(create_app(of_calder)) as client:
        assert client.post(ARTICLES, json=bridge["wire"] | {"id": "of-calder"}).status_code == 201
    assert run(index_name, "backup", both, "--all-tenants").status == 0
    monkeypatch.setenv("WIREMATCH_TENANT", "calder")
    kill(other, PUT, "restore", both, about="of-calder")
    monkeypatch.delenv("WIREMATCH_TENANT")
    with on(other) as client:
        assert phase(client) == "incomplete"


def test_a_backup_of_any_number_of_tenants_can_be_marked(redis_url, index_name):
    begun = datetime(2026, 3, 3, tzinfo=UTC)
    marks = [
        Import(command="restore", source="/b", identity="b", tenant=f"t{number}", begun_at=begun)
        for number in range(9_000)
    ]

    async def mark() -> tuple[int, int]:
        store = make_store(redis_url, Settings(redis_url=redis_url))
        try:
            imports = Imports(store, Namespace(index_name))
            await imports.begin(marks)
            marked = len(await imports.unfinished())
            await imports.end(marks)
            return marked, len(await imports.unfinished())
        finally:
            await store.close()

    assert asyncio.run(mark()) == (len(marks), 0)
