"""Free ports for servers that cannot use port 0 and report which one they got."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

LOWEST, BEYOND = 15_000, 32_000
"""Below the ephemeral ports of Linux and macOS, any of which may be taken at any moment."""
RESERVED = Path(tempfile.gettempdir()) / f"wirematch-test-ports-{os.getuid()}"
"""A file for each port, which the process that gave it out locks as long as it lives."""


def _candidates() -> Iterator[int]:
    start = random.Random(os.getpid()).randrange(LOWEST, BEYOND)  # workers begin at different places
    yield from chain(range(start, BEYOND), range(LOWEST, start))


_left = _candidates()


def free_port() -> int:
    """Return a free port that no process of any test run has given out and may still use."""
    for port in _left:
        if _reserve(port) and _is_free(port):
            return port
    raise AssertionError("no port is free")


def _reserve(port: int) -> bool:
    RESERVED.mkdir(exist_ok=True)
    file = os.open(RESERVED / str(port), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    return True  # the file stays open, or the lock would end


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
