"""The embedded store: a persistent Valkey server for one data folder, used when no Redis is configured.

All processes that name the folder share the server. It outlives a killed process, because it holds the data; the next
process attaches to its socket, and the last one to exit normally stops it. The server is started and stopped under an
exclusive lock (``door.lock``), and each user holds a shared lock (``users.lock``). The kernel releases both when a
process ends, so a crash leaves no stale lock. Folder, files, locks and socket are closed to other users.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import redis

from wirematch.errors import StoreStartError
from wirematch.index.embedded import private_files
from wirematch.index.embedded.private_files import SERVERS_FILES, make_data_folder, make_socket_folder, open_lock
from wirematch.index.embedded.supervision import Supervisor
from wirematch.index.embedded.valkey_process import (
    client_of,
    default_memory,
    is_listening,
    peer_of,
    start_server,
    stop_server,
)

log = logging.getLogger(__name__)

LONGEST_SOCKET_PATH = 100
"""Bytes; the kernel's limit for a Unix socket path is 108 with the terminating zero, 104 on macOS."""
START_SECONDS = 60.0
"""Time limit for a server that does not answer; it restarts while the server answers that it is loading its file."""
LEAST_FREE = 65_536
"""Bytes of disk below which a server that did not start had no room for its files."""
PROGRESS_SECONDS = 10.0
"""Seconds between log lines about a server that is loading."""


def was_used(data_dir: Path) -> bool:
    """Whether a server has ever run in this folder."""
    return (data_dir.expanduser() / SERVERS_FILES).is_dir()


class EmbeddedStore:
    """The Valkey server of one data folder, as a context manager."""

    def __init__(self, data_dir: Path, memory: int | None = None, *, flush_always: bool = False) -> None:
        """Entering creates ``data_dir`` and starts or attaches to the server.

        A server that is started gets ``memory`` bytes for data, by default three quarters of the machine's. With
        ``flush_always`` it has each batch of commands on disk before it answers them.
        """
        self.data_dir = data_dir.expanduser().absolute()
        self._memory = memory
        self._flush_always = flush_always
        self._socket = _socket_path(self.data_dir)
        self._users: IO[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """URL of the server's socket, for :func:`~wirematch.index.connections.connection.connect`."""
        return f"unix://{quote(str(self._socket))}"

    def __enter__(self) -> Self:
        """Attach to the folder's server, or start it; StoreStartError if it does not start."""
        try:
            make_data_folder(self.data_dir)
            if self._socket.parent != self.data_dir:
                make_socket_folder(self._socket.parent)
            with self._exclusive():
                try:
                    self._ensure_running()
                    self._users = self._shared()
                except KeyboardInterrupt:  # no other process uses it yet, so none would stop it
                    if self._server is not None:
                        self._server.kill()
                        self._server.wait()
                    raise
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
            stop_server(self._socket)
            if server is not None:
                server.wait()

    def stop_unused(self) -> bool:
        """Stop a server that a killed process left behind; return whether none is running. Raises OSError."""
        with self._exclusive(), open_lock(self.data_dir / "users.lock") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # it is in use
                return False
            if is_listening(self._socket):
                stop_server(self._socket)
            return not is_listening(self._socket)

    def supervisor(self, give_up: Callable[[], None]) -> Supervisor:
        """Return a supervisor that restarts the server, or calls ``give_up``; for use while the store is entered."""
        return Supervisor(lambda: is_listening(self._socket), self._restart, give_up)

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Keep the server from being stopped while another process than the one that entered the store uses it."""
        with self._shared():
            yield

    def _restart(self) -> None:
        with self._exclusive():
            if self._server is not None:
                self._server.poll()  # reaps it
            self._ensure_running()

    def _shared(self) -> IO[bytes]:
        users = open_lock(self.data_dir / "users.lock")
        fcntl.flock(users, fcntl.LOCK_SH)
        return users

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Hold the lock under which the server is started and stopped."""
        with open_lock(self.data_dir / "door.lock") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def _ensure_running(self) -> None:
        peer = peer_of(self._socket)
        if peer is not None and peer.user not in (os.getuid(), private_files.ROOT):
            raise StoreStartError(f"The socket {self._socket} belongs to a server of another user.")
        if is_listening(self._socket) and self._wait_until_ready(None):
            return
        if is_listening(self._socket):  # a second server would write into the first one's file
            process = "" if peer is None else f" (process {peer.process})"
            raise StoreStartError(f"Valkey{process} uses the data folder {self.data_dir} and does not answer; stop it.")
        self._start()

    def _start(self) -> None:
        self._socket.unlink(missing_ok=True)
        memory = self._memory or default_memory()
        server = start_server(self.data_dir, self._socket, memory, flush_always=self._flush_always)
        self._server = server
        if not self._wait_until_ready(server):
            ended = server.poll()
            server.kill()
            server.wait()
            raise StoreStartError(f"Valkey did not start in {self.data_dir}{self._reason(ended)}")

    def _reason(self, status: int | None) -> str:
        """Why a server did not start that ended with this status; None if it did not end."""
        disk = os.statvfs(self.data_dir)
        if disk.f_bavail * disk.f_frsize < LEAST_FREE or (disk.f_files and not disk.f_favail):
            return ": the disk is full. Make room there, or name a folder on another disk by --data-dir."
        how = "" if status is None or status >= 0 else f" (ended by {signal.Signals(-status).name})"
        last_lines = (self.data_dir / "valkey.log").read_text(errors="replace").splitlines()[-5:]
        return f"{how}; its log ends:\n" + "\n".join(last_lines)

    def _wait_until_ready(self, server: subprocess.Popen[bytes] | None) -> bool:
        reported = time.monotonic()
        deadline = reported + START_SECONDS
        with client_of(self._socket, 2.0) as client:
            while time.monotonic() < deadline and (
                is_listening(self._socket) if server is None else server.poll() is None
            ):
                try:
                    return bool(client.ping())
                except redis.BusyLoadingError:
                    deadline = time.monotonic() + START_SECONDS
                    if time.monotonic() - reported > PROGRESS_SECONDS:
                        reported = time.monotonic()
                        # No INFO: a command shows warnings alone, and somebody waits for it.
                        log.warning("Valkey is loading %s: %s", self.data_dir, _progress(client))
                except redis.ResponseError:  # it answers: without room on the disk, it refuses even a PING
                    return True
                except redis.RedisError:
                    pass
                time.sleep(0.02)
        return False


def _progress(client: redis.Redis) -> str:
    try:
        return f"{float(client.info('persistence')['loading_loaded_perc']):.0f} %"
    except (redis.RedisError, KeyError, ValueError):
        return "progress unknown"


def _socket_path(data_dir: Path) -> Path:
    beside = data_dir / "valkey.sock"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"wirematch-{os.getuid()}" / f"{name}.sock"
