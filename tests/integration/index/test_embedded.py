from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from support.live_service import client_of, valkey_process
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.errors import StoreStartError
from wirematch.index.connections.connection import connect
from wirematch.index.embedded import store as embedded
from wirematch.index.embedded import valkey_process as processes
from wirematch.index.embedded.store import LONGEST_SOCKET_PATH, EmbeddedStore


def test_it_runs_while_someone_uses_it(tmp_path):
    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        assert client.ping()
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("port") == {"port": "0"}

    assert valkey_process(tmp_path) is None


@pytest.mark.parametrize("chosen", [None, "glibc.malloc.tcache_count=3"])
def test_memory_is_given_out_as_suits_an_index_unless_somebody_chose_otherwise(tmp_path, monkeypatch, chosen):
    name, ours = processes.ALLOCATION
    monkeypatch.delenv(name, raising=False)
    if chosen:
        monkeypatch.setenv(name, chosen)
    given, program = tmp_path / "given", tmp_path / "program"  # Valkey's title overwrites what /proc shows of it
    program.write_text(f'#!/bin/sh\nprintf %s "${name}" > {given}\nexec {processes.get_binary_path()} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(processes, "get_binary_path", lambda: program)

    with EmbeddedStore(tmp_path / "data"):
        assert given.read_text() == (chosen or ours)


def test_starting_and_stopping_run_into_no_deadline(tmp_path):
    started = time.monotonic()
    with EmbeddedStore(tmp_path):
        pass

    assert time.monotonic() - started < processes.STOP_SECONDS


def test_the_folder_is_made(tmp_path):
    with EmbeddedStore(tmp_path / "a" / "b"):
        assert valkey_process(tmp_path / "a" / "b")


def test_a_second_user_shares_it_and_the_last_one_out_stops_it(tmp_path):
    first, second = EmbeddedStore(tmp_path), EmbeddedStore(tmp_path)
    first.__enter__()
    process = valkey_process(tmp_path)
    second.__enter__()
    assert valkey_process(tmp_path) == process

    first.__exit__()
    assert valkey_process(tmp_path) == process
    second.__exit__()
    assert valkey_process(tmp_path) is None


def test_those_who_come_at_once_share_one(tmp_path):
    stores = [EmbeddedStore(tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(EmbeddedStore.__enter__, stores))
        processes = {valkey_process(tmp_path) for _ in stores}
        list(pool.map(EmbeddedStore.__exit__, stores))

    assert len(processes) == 1
    assert None not in processes
    assert valkey_process(tmp_path) is None
    assert (tmp_path / "valkey.log").read_text().count("Server initialized") == 1


def test_leaving_twice_is_harmless(tmp_path):
    store = EmbeddedStore(tmp_path)
    with store:
        pass
    store.__exit__()

    assert valkey_process(tmp_path) is None


def test_two_folders_have_two(tmp_path):
    with EmbeddedStore(tmp_path / "a") as one, EmbeddedStore(tmp_path / "b") as other:
        with client_of(one.url) as client:
            client.set("key", "one")
        with client_of(other.url) as client:
            assert client.get("key") is None


def test_what_was_written_survives_a_restart(tmp_path):
    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        client.set("key", "value")

    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        assert client.get("key") == b"value"


def test_what_was_written_survives_a_killed_valkey(tmp_path):
    with EmbeddedStore(tmp_path) as store:
        with client_of(store.url) as client:
            client.set("key", "value")
        process = valkey_process(tmp_path)
        assert process is not None
        os.kill(process, signal.SIGKILL)
        wait_for(lambda: valkey_process(tmp_path) is None, "the end of Valkey")

        with EmbeddedStore(tmp_path) as again, client_of(again.url) as client:
            assert client.get("key") == b"value"
            assert valkey_process(tmp_path) != process


def is_writable(client: redis.Redis) -> bool:
    with contextlib.suppress(redis.ResponseError):
        return bool(client.set("c", "3"))
    return False


async def read(url: str, key: str) -> object:
    """Read as the service does, over a new connection."""
    async with connect(url, PATIENCE_SECONDS) as client:
        return await client.get(key)


def test_a_server_without_room_on_the_disk_is_used_nevertheless(tmp_path):
    """A limit on file sizes simulates a full disk."""
    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        client.set("a", "1")
        process = valkey_process(tmp_path)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        wait_for(lambda: not is_writable(client), "a refusal")
        with EmbeddedStore(tmp_path) as second:
            assert valkey_process(tmp_path) == process
            assert asyncio.run(read(second.url, "a")) == b"1"
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_for(lambda: is_writable(client), "a write")


def test_a_path_longer_than_the_kernel_allows_for_sockets_works(tmp_path):
    data_dir = tmp_path / ("long" * 30)
    with EmbeddedStore(data_dir) as store, client_of(store.url) as client:
        client.set("key", "value")
        assert len(store.url) <= LONGEST_SOCKET_PATH + len("unix://")

    with EmbeddedStore(data_dir) as store, client_of(store.url) as client:
        assert client.get("key") == b"value"


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["with space", "50%25", "what?", "no#1", "größe", "'quoted\""])
async def test_any_folder_name_will_do(tmp_path, name):
    with EmbeddedStore(tmp_path / name) as store:
        client = connect(store.url, 5.0)
        assert await client.ping()
        await client.aclose()


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(StoreStartError, match=r"file cannot be used: .*File exists"), EmbeddedStore(file):
        pass
    with pytest.raises(StoreStartError, match=r"cannot be used: .*Not a directory"), EmbeddedStore(file / "below"):
        pass


def test_data_that_valkey_cannot_read_is_said_in_its_own_words(tmp_path):
    with EmbeddedStore(tmp_path) as store, client_of(store.url) as client:
        client.set("key", "value")
    [manifest] = (tmp_path / "appendonlydir").glob("*.manifest")
    manifest.write_text("nonsense\n")

    with (
        pytest.raises(StoreStartError, match=r"(?s)did not start in .*; its log ends:\n.*manifest"),
        EmbeddedStore(tmp_path),
    ):
        pass
    assert valkey_process(tmp_path) is None


def test_a_server_that_loads_for_long_is_waited_for(tmp_path, monkeypatch, caplog):
    with EmbeddedStore(tmp_path / "data") as store, client_of(store.url) as client:
        client.mset({f"key{number}": "value" for number in range(3_000)})
        client.bgrewriteaof()
        wait_for(lambda: client.info("persistence")["aof_base_size"] > 10_000, "the rewritten file")
    slow = tmp_path / "slow-valkey"
    slow.write_text(
        f'#!/bin/sh\nexec {processes.get_binary_path()} "$@" '
        "--key-load-delay 5000 --loading-process-events-interval-bytes 1024\n"
    )
    slow.chmod(0o700)
    monkeypatch.setattr(processes, "get_binary_path", lambda: slow)
    monkeypatch.setattr(embedded, "START_SECONDS", 2.0)
    monkeypatch.setattr(embedded, "PROGRESS_SECONDS", 0.5)
    starting = EmbeddedStore(tmp_path / "data")
    too_long = time.monotonic() + embedded.START_SECONDS

    def load_faster_at_last() -> None:
        wait_for(lambda: "Valkey is loading" in caplog.text and time.monotonic() > too_long, "a long wait")
        with client_of(starting.url) as client:
            client.config_set("key-load-delay", 0)

    with caplog.at_level("WARNING"), ThreadPoolExecutor(1) as other:
        faster = other.submit(load_faster_at_last)
        with starting as store, client_of(store.url) as client:
            assert time.monotonic() > too_long
            faster.result(PATIENCE_SECONDS)
            assert client.dbsize() == 3_000


def test_a_data_folder_in_the_home_folder_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert EmbeddedStore(Path("~/data")).data_dir == tmp_path / "data"
