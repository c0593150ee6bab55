"""``wirematch doctor`` finds misconfigurations, says what to do about them, and passes a sound installation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.command_line import CommandLine
from support.live_service import COMMAND
from support.sentinel import Server
from support.waiting import wait_for
from wirematch.commands.doctor import machine
from wirematch.commands.doctor.finding import Grade
from wirematch.commands.doctor.server import ServerFacts, server_findings
from wirematch.commands.doctor.settings import name_findings
from wirematch.kernels.library import FORCE
from wirematch.settings import Settings

Doctor = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def valkey(tmp_path) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*lines: str) -> Server:
        started.append(Server(tmp_path / f"valkey{len(started)}", *lines))
        wait_for(started[-1].answers, "an answer")
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def doctor(monkeypatch, capsys, tmp_path) -> Doctor:
    """Run doctor; return its exit status, and its findings by check."""
    command = CommandLine(monkeypatch, capsys)

    def run(*options: str, **environment: str) -> tuple[int, dict[str, dict[str, Any]]]:
        for name, value in ({"DATA_DIR": str(tmp_path / "data")} | environment).items():
            monkeypatch.setenv(f"WIREMATCH_{name}", value)
        outcome = command("doctor", "--json", *options)
        return outcome.status, {one["check"]: one for one in json.loads(outcome.out)}

    return run


SOUND = ("appendonly yes", "maxmemory 64mb", "maxmemory-policy noeviction", 'save ""')


def of(server: Server) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


def test_where_nothing_is_wrong_it_is_content(doctor, valkey):
    status, found = doctor(REDIS_URL=of(valkey(*SOUND)))

    assert status == 0
    assert {one["grade"] for one in found.values()} <= {"fine", "note"}
    assert found["index"]["found"].startswith("There is no index 'main' yet")


@pytest.mark.parametrize("below", ["", "sub"])
def test_a_data_folder_that_is_none_is_a_finding(doctor, tmp_path, below):
    (tmp_path / "file").touch()
    status, found = doctor(DATA_DIR=str(tmp_path / "file" / below))

    assert status == 1
    assert found["server"]["grade"] == "problem"
    assert found["data-folder"]["grade"] == ("note" if below else "problem")


def test_a_data_folder_that_it_makes_itself_is_said_not_to_have_been_there(doctor, tmp_path):
    folder = tmp_path / "new"
    _, found = doctor(DATA_DIR=str(folder))

    assert folder.is_dir()
    assert found["data-folder"]["found"].startswith(f"{folder} did not exist; it is created when Valkey starts there")


def test_the_embedded_valkey_is_as_it_should_be(doctor):
    status, found = doctor()

    assert status == 0
    assert found["persistence"]["grade"] == found["eviction"]["grade"] == found["free-disk"]["grade"] == "fine"


def grades(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the grades of the checks that did not pass."""
    return {check: one["grade"] for check, one in found.items() if one["grade"] in {"warning", "problem"}}


def test_a_server_that_was_set_up_wrong(doctor, valkey, tmp_path):
    careless = valkey("appendonly no", "maxmemory-policy allkeys-lru", 'save ""')
    status, found = doctor(
        REDIS_URL=of(careless),
        WAIT_REPLICAS="1",
        MAX_CONNECTIONS="9000000",
        INSECURE_OPEN="true",
        AUDIT_LOG=str(tmp_path / "missing" / "audit.jsonl"),
    )

    assert status == 1
    assert grades(found) == {
        "persistence": "problem",
        "eviction": "problem",
        "memory": "warning",
        "replicas": "problem",
        "open-files": "warning",
        "open-access": "warning",
        "audit-log": "problem",
    }
    assert all(found[check]["advice"] for check in grades(found))


def test_ten_things_at_once_are_all_found_by_the_real_command(valkey, tmp_path):
    """A typical bad installation: a careless server, an index with other parameters, a machine with few resources."""
    careless = valkey("appendonly no", "maxmemory-policy volatile-lru", 'save ""')
    for number in range(200):
        careless.client.set(f"ballast{number}", b"x" * 10_000, ex=3_600)
    careless.client.config_set("maxmemory", careless.client.info("memory")["used_memory"] - 500_000)
    careless.client.hset("{main}:record", mapping={"scheme": "bottom", "layout": "4", "generation": "1", "shards": "1"})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")} | {
        FORCE: "python",
        "WIREMATCH_REDIS_URL": of(careless),
        "WIREMATCH_WAIT_REPLICAS": "1",
        "WIREMATCH_INSECURE_OPEN": "true",
        "WIREMATCH_AUDIT_LOG": str(tmp_path / "missing" / "audit.jsonl"),
    }
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -n 512; exec "$0" doctor --index --json', COMMAND],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    found = {one["check"]: one for one in json.loads(done.stdout)}
    assert set(grades(found)) >= {
        "persistence", "eviction", "evicted", "memory", "replicas", "index", "kernels", "open-files", "open-access",
        "audit-log",
    }  # fmt: skip
    assert all(found[check]["advice"] for check in grades(found))


def test_a_disk_that_is_nearly_full(doctor, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir(mode=0o700)
    monkeypatch.setattr(machine, "LEAST_FREE", shutil.disk_usage(tmp_path).total)
    status, found = doctor()

    assert (status, found["free-disk"]["grade"]) == (0, "warning")


def test_a_server_without_room_or_promptness(doctor, valkey):
    full = valkey("appendonly yes", "appendfsync no", 'save ""')
    for number in range(800):
        full.client.set(f"ballast{number}", b"x" * 10_000)
    full.client.config_set("maxmemory", full.client.info("memory")["used_memory"] + 10_000)
    _, found = doctor(REDIS_URL=of(full))
    assert grades(found).items() >= {"persistence": "warning", "memory": "problem"}.items()

    full.client.config_set("maxmemory", 1_000_000)
    _, found = doctor(REDIS_URL=of(full))
    assert found["writes"]["grade"] == "problem"


def test_a_replica_and_nobody_at_all(doctor, valkey):
    master = valkey(*SOUND)
    replica = valkey(*SOUND, f"replicaof 127.0.0.1 {master.port}")
    wait_for(lambda: replica.client.info("replication")["master_link_status"] == "up", "replication")
    status, found = doctor(REDIS_URL=of(replica))
    assert (status, found["role"]["grade"], found["writes"]["grade"]) == (1, "problem", "problem")

    replica.kill()
    status, found = doctor(REDIS_URL=of(replica))
    assert (status, found["server"]["grade"]) == (1, "problem")
    assert "127.0.0.1" not in found["server"]["found"]


def test_an_index_that_was_made_with_other_settings(doctor, valkey, monkeypatch, capsys, bridge, tmp_path):
    server = valkey(*SOUND)
    (tmp_path / "wire.json").write_text(json.dumps(bridge["wire"]))
    monkeypatch.setenv("WIREMATCH_REDIS_URL", of(server))
    assert CommandLine(monkeypatch, capsys)("add", tmp_path / "wire.json").status == 0
    assert doctor()[0] == 0
    status, found = doctor(SHARDS="3")

    assert (status, found["index"]["grade"]) == (1, "problem")
    assert "shards is 1, not 3" in found["index"]["found"]


def test_a_folder_that_others_may_read_and_memory_that_is_not_there(doctor, tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    status, found = doctor(VALKEY_MEMORY="900000000000000")

    assert status == 1
    assert (found["data-folder"]["grade"], found["valkey-memory"]["grade"]) == ("problem", "problem")


def test_a_folder_of_others_is_named_and_nobody_is_told_to_close_it(doctor, tmp_path):
    (tmp_path / "letters").mkdir(mode=0o755)
    (tmp_path / "letters" / "one.txt").touch()

    _, found = doctor("--data-dir", str(tmp_path / "letters"))

    assert "holds other files (one.txt)" in found["data-folder"]["found"]
    assert "chmod" not in found["data-folder"]["advice"]


@pytest.mark.parametrize(
    ("changed", "ahead", "check"),
    [
        ({"redis_version": "6.2.14"}, 0.0, "version"),
        ({"valkey_version": "7.2.5"}, 0.0, "version"),
        ({"evicted_keys": 3}, 0.0, "evicted"),
        ({"aof_last_write_status": "err"}, 0.0, "disk"),
        ({"aof_last_bgrewrite_status": "err"}, 0.0, "disk"),
        ({}, 7.5, "clock"),
        ({}, -7.5, "clock"),
    ],
)
def test_what_a_server_says_of_itself(changed, ahead, check):
    info = {
        "redis_version": "7.4.1", "aof_enabled": 1, "maxmemory_policy": "noeviction", "maxmemory": 100,
        "used_memory": 10, "role": "master", "connected_slaves": 0,
    }  # fmt: skip
    found = list(server_findings(ServerFacts(info | changed, "everysec", ahead), Settings()))

    assert [one.check for one in found if one.grade in {Grade.WARNING, Grade.PROBLEM}] == [check]


def test_for_people_it_prints_what_to_do(monkeypatch, capsys, valkey):
    monkeypatch.setenv("WIREMATCH_REDIS_URL", of(valkey("appendonly no", "maxmemory 64mb")))
    outcome = CommandLine(monkeypatch, capsys)("doctor")

    assert outcome.status == 1
    assert "PROBLEM  persistence: The server keeps no append-only file" in outcome.out
    assert "Set 'appendonly yes'." in outcome.out


def test_settings_that_do_nothing(doctor, monkeypatch):
    monkeypatch.setenv("WIREMATCH_SHARDZ", "3")
    monkeypatch.setenv("WIREMATCH_KEY", "wm_0_0")
    status, found = doctor(TRANSLATE='{"from": ["xx"]}')

    assert status == 0
    assert found["settings"]["grade"] == found["translation"]["grade"] == "warning"
    assert "WIREMATCH_SHARDZ." in found["settings"]["found"]
    assert "WIREMATCH_SHARDS" in found["settings"]["advice"]
    assert "from xx to en" in found["translation"]["found"]


def test_what_kubernetes_names_after_the_service_is_no_setting():
    named = "SERVICE_HOST SERVICE_PORT SERVICE_PORT_HTTP PORT PORT_80_TCP PORT_80_TCP_ADDR PORT_80_TCP_PROTO NEWS_PORT"
    assert not list(name_findings({f"WIREMATCH_{name}": "" for name in named.split()}))

    (found,) = name_findings({"WIREMATCH_PORTS": "", "WIREMATCH_PORTAL": ""})
    assert "WIREMATCH_PORTAL, WIREMATCH_PORTS." in found.found


def test_settings_of_stream_consumers_are_known_and_misspelt_ones_told():
    assert not list(name_findings({"WIREMATCH_STREAM_BROKER_URL": "", "WIREMATCH_STREAM_TIMEOUT": "9"}))

    (found,) = name_findings({"WIREMATCH_STREAM_BROKERS_URL": ""})
    assert "WIREMATCH_STREAM_BROKER_URL is meant" in found.advice
