"""A restore or a load that was killed leaves a mark, and everybody who asks the half-filled index is told of it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.forked_command import ForkedCommand, start_command
from support.holding_relay import relay_to
from support.waiting import PATIENCE_SECONDS, eventually, wait_for
from wirematch.app import create_app
from wirematch.composition.from_settings import make_store
from wirematch.index.connections.scripts import PUT, Script
from wirematch.index.keys import Namespace
from wirematch.settings import Settings
from wirematch.state import imports
from wirematch.state.imports import Import, Imports
from wirematch.state.scripts import PUT_MEMBERS

Kill = Callable[..., None]


Running = subprocess.Popen[bytes] | ForkedCommand
Hold = Callable[..., AbstractContextManager[Running]]


@pytest.fixture
def hold(redis_url) -> Hold:
    """Run a command that waits for the answer to a script; it is killed at the end of the block."""

    @contextmanager
    def hold(index: str, at: Script, *arguments: object, about: str = "") -> Iterator[Running]:
        with relay_to(redis_url) as (relay, url):
            relay.hold(at, 1, about)
            environment = os.environ | {"WIREMATCH_INDEX": index, "WIREMATCH_REDIS_URL": url}
            with Path(os.devnull).open("wb") as nothing:
                running = start_command(arguments, environment, nothing)
            try:
                wait_for(lambda: relay.enough, "storing")
                yield running
            finally:
                running.kill()
                running.wait(PATIENCE_SECONDS)

    return hold


@pytest.fixture
def kill(hold, monkeypatch) -> Kill:
    """Kill a command when it waits for the answer to a script, and let the time of its signs of life pass."""

    def kill(index: str, at: Script, *arguments: object, about: str = "") -> None:
        with hold(index, at, *arguments, about=about):
            pass
        monkeypatch.setattr(imports, "ALIVE_SECONDS", 0)

    return kill


def phase(client: TestClient) -> str:
    """Return what /readyz says of the index, with which the metric agrees."""
    said = str(client.get("/readyz").json()["index"])
    metrics = client.get("/metrics").text
    counted = dict(re.findall(r'^wirematch_imports_unfinished{state="(\w+)"} (\S+)$', metrics, re.MULTILINE))
    assert counted == {"running": f"{said == 'importing':.1f}", "interrupted": f"{said == 'incomplete':.1f}"}
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


def test_a_restore_that_runs_is_told_from_one_that_was_killed(run, on, backup, index_name, hold, monkeypatch):
    other = f"{index_name}-restored"

    def found() -> tuple[str, bool]:
        [finding] = [one for one in json.loads(run(other, "doctor", "--json").out) if one["check"] == "import"]
        return finding["grade"], "is running: articles are missing until it ends" in finding["found"]

    with hold(other, PUT, "restore", backup), on(other) as client:
        assert (phase(client), client.get("/readyz").status_code) == ("importing", 200)
        assert found() == ("warning", True)
        refused = run(other, "restore", "--abandon", backup)
        assert (refused.status, "Stop it first" in refused.err) == (2, True)
    monkeypatch.setattr(imports, "ALIVE_SECONDS", 0)
    with on(other) as client:
        assert phase(client) == "incomplete"
    assert found() == ("problem", False)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_restore_that_is_interrupted_says_so_at_once(run, on, backup, index_name, hold, ending):
    other = f"{index_name}-restored"
    with hold(other, PUT, "restore", backup) as running:
        running.send_signal(ending)
        running.wait(PATIENCE_SECONDS)
    with on(other) as client:
        assert phase(client) == "incomplete"
        assert run(other, "restore", backup).status == 0
        assert phase(client) == "current"


def test_an_import_gives_signs_of_life_as_long_as_it_runs(redis_url, index_name, store, monkeypatch):
    monkeypatch.setattr(imports, "SIGN_SECONDS", 0)
    marks, signs = Namespace(index_name).imports
    begun = datetime(2026, 3, 3, tzinfo=UTC)
    one, another = (
        Import(command="load", source="/b", identity="b", tenant=tenant, begun_at=begun) for tenant in (None, "calder")
    )

    async def runs(known: Imports) -> dict[str | None, bool]:
        return {told.mark.tenant: told.running for told in await known.unfinished()}

    async def import_all() -> None:
        redis = make_store(redis_url, Settings(redis_url=redis_url))
        try:
            known = Imports(redis, Namespace(index_name))
            await known.begin([one, another])
            async with known.kept_alive([one, another]):
                store.hset(signs, one.field, 0)
                await eventually(lambda: runs(known), lambda told: told == {None: True, "calder": True})
                await known.end([another])
                store.hset(signs, one.field, 0)
                await eventually(lambda: runs(known), lambda told: told == {None: True})
                assert not store.hexists(signs, another.field)
            assert await runs(known) == {None: False}
        finally:
            await redis.close()

    asyncio.run(import_all())
    assert (store.hlen(marks), store.hlen(signs)) == (1, 0)


def test_a_backup_of_half_an_index_says_that_it_is_one(run, backup, index_name, kill, tmp_path):
    other = f"{index_name}-restored"
    kill(other, PUT, "restore", backup)

    again = run(other, "backup", tmp_path / "half.ndjson.zst")
    assert "did not finish: articles are missing." in again.err


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
        assert "for the tenant 'calder', did not finish" in run(other, "doctor").out
        assert run(other, "tenants", "delete", "calder", "--yes").status == 0
        assert phase(client) == "current"


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
            known = Imports(store, Namespace(index_name))
            await known.begin(marks)
            marked = len(await known.unfinished())
            await known.end(marks)
            return marked, len(await known.unfinished())
        finally:
            await store.close()

    assert asyncio.run(mark()) == (len(marks), 0)
