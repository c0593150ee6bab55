"""A service starts while its store goes away, or where its disk is full."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from faults.proxy import Network, Proxy
from support.live_service import COMMAND
from support.waiting import PATIENCE_SECONDS, wait_for


class Door(Proxy):
    """A proxy that closes after its first visitor, which looked for the index, and reopens on request."""

    refused = 0

    def _carry(self, client: socket.socket) -> None:
        self.refused += self.network is Network.CUT
        super()._carry(client)
        if not self.refused:
            self.network = Network.CUT


@pytest.fixture
def door(redis_url: str) -> Iterator[Door]:
    found = Door(Path(redis_url.removeprefix("unix://").partition("?")[0]))
    yield found
    found.close()


def started(door: Door, index: str, log: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREMATCH_")}
    with log.open("wb") as output:
        return subprocess.Popen(
            [COMMAND, "serve", "--port", "0", "--redis-url", door.url],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment | {"WIREMATCH_INDEX": index},
        )


def test_it_starts_when_the_store_is_there_again(door, index_name, tmp_path):
    log = tmp_path / "log"
    process = started(door, index_name, log)
    try:
        wait_for(lambda: "did not start" in log.read_text() or process.poll() is not None, "a start that fails")
        assert process.poll() is None
        door.network = Network.PASSES
        wait_for(lambda: "running on" in log.read_text(), "another start")
        address = log.read_text().partition("running on ")[2].split()[0]
        assert httpx2.get(f"{address}/readyz", timeout=PATIENCE_SECONDS).status_code == 200
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def test_if_it_is_not_it_ends_as_where_there_never_was_one(door, index_name, tmp_path):
    log = tmp_path / "log"
    process = started(door, index_name, log)

    assert process.wait(PATIENCE_SECONDS) == 2
    assert door.refused > 1
    assert "did not start" in log.read_text()
    assert log.read_text().splitlines()[-1].startswith("wirematch: Redis failed")


def test_where_the_disk_is_full_it_says_so(tmp_path):
    """Valkey cannot say it: its log is on the same disk."""
    full = (
        f"mount -t tmpfs -o size=64k none {tmp_path} && mkdir -m 700 {tmp_path}/data && cat /dev/zero >{tmp_path}/fill"
    )
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "--map-root-user", "--mount", "sh", "-c"]
    if unshare is None or subprocess.run([*alone, f"mount -t tmpfs none {tmp_path}"], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    ended = subprocess.run(
        [*alone, f"{full}; exec {COMMAND} serve --port 0 --data-dir {tmp_path}/data"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip

    assert ended.returncode == 2
    assert "the disk is full. Make room there" in ended.stderr
