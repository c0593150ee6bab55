"""Redis fails while a command works: the command says what became of its work, and the same command does the rest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from support.api_calls import ARTICLES
from support.backups import QUAY
from support.command_line import CommandLine, Outcome
from support.holding_relay import HoldingRelay, relay_to
from support.waiting import wait_for
from wirematch.commands import articles
from wirematch.commands.backup import parts
from wirematch.composition.rebuilding import rebuild
from wirematch.index.connections import scripts
from wirematch.index.connections.scripts import Script
from wirematch.presentation.standard_output import write_data
from wirematch.state.scripts import READ_PENDING

Failing = Callable[..., Outcome]


@pytest.fixture
def relay(redis_url) -> Iterator[tuple[HoldingRelay, str]]:
    with relay_to(redis_url) as found:
        yield found


@pytest.fixture
def failing(relay, monkeypatch, capsys) -> Failing:
    """Run a command for which Redis fails as it runs a script."""
    held, url = relay

    def fail_one() -> None:
        wait_for(lambda: held.enough, "the script")
        held.fail_one()

    def run(index: str, at: Script | None, *arguments: object) -> Outcome:
        monkeypatch.setenv("WIREMATCH_INDEX", index)
        monkeypatch.setenv("WIREMATCH_REDIS_URL", url)
        held.hold(*((at, 1) if at else (scripts.PUT, 1)))
        threading.Thread(target=fail_one, daemon=True).start()
        return CommandLine(monkeypatch, capsys)(*arguments)

    return run


def said(outcome: Outcome) -> list[str]:
    """Return what a command says that failed."""
    assert outcome.status == 2
    *lines, reason = outcome.err.splitlines()
    assert reason.startswith("wirematch: Redis failed or did not answer in time.")
    return [line for line in lines if not line.startswith("note: ")]


def test_a_load(run, failing, job, index_name):
    assert said(failing(index_name, scripts.PUT, "load", job)) == ["Stopped; repeat the command to store the rest."]
    assert run(index_name, "load", job).out.endswith("stored, 0 there before\n")


def test_a_restore(run, failing, backup, index_name):
    other = f"{index_name}-restored"
    told = said(failing(other, scripts.PUT, "restore", backup))
    assert told == ["Stopped; repeat the command to restore the rest."]
    assert "3 stored" in run(other, "restore", backup).out


def test_a_rebuild(run, failing, backup, index_name):
    told = said(failing(index_name, scripts.PUT, "reindex"))
    assert told == [
        "Stopped; no article is lost. Repeat the command to start again; it may have to wait for up to a minute."
    ]
    assert run(index_name, "reindex").status == 0


def test_a_rebuild_behind_its_switch(run, failing, backup, index_name):
    switched, told = said(failing(index_name, scripts.DROP_RECORDS, "reindex"))
    assert switched.startswith("The new index is live.")
    assert told.startswith("Stopped after the switch to 1 new index; it stays live.")
    assert run(index_name, "reindex").status == 0


def test_a_backup(run, failing, on, index_name, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 1)
    with on(index_name) as client:
        assert client.post(ARTICLES, json={"id": "quay", "body": QUAY[0]}).status_code == 201
    file = tmp_path / "b.ndjson.zst"
    told = said(failing(index_name, READ_PENDING, "backup", file))
    assert told == ["Stopped; repeat the command to continue after what is in the file."]
    assert run(index_name, "backup", file).status == 0


def test_a_backup_that_has_not_begun(failing, backup, index_name, tmp_path):
    file = tmp_path / "b.ndjson.zst"
    assert not said(failing(index_name, scripts.READ_FINGERPRINT_RECORD, "backup", file))
    assert not file.exists()


def test_an_export(failing, relay, backup, index_name, monkeypatch):
    monkeypatch.setattr(articles, "PAGE_ARTICLES", 1)

    def write(text: str) -> None:
        write_data(text)
        relay[0].hold(scripts.READ_SEQUENCE, 1)

    monkeypatch.setattr(articles, "write_data", write)
    ended = failing(index_name, None, "export")
    assert said(ended) == ["Stopped after 1 article; the output is not complete."]
    assert ended.out.count("\n") == 1


@pytest.mark.usefixtures("without_grace")
def test_an_export_while_the_index_is_rebuilt(run, backup, redis_url, settings, index_name, monkeypatch):
    monkeypatch.setattr(articles, "PAGE_ARTICLES", 1)
    rebuilding = threading.Thread(target=lambda: asyncio.run(rebuild(redis_url, settings, None, lambda *_: None)))

    def write(text: str) -> None:
        write_data(text)
        rebuilding.start()
        rebuilding.join()

    monkeypatch.setattr(articles, "write_data", write)
    ended = run(index_name, "export")
    assert ended.status == 2
    assert "The index was rebuilt after 1 article: the output is not complete. Repeat the command." in ended.err
