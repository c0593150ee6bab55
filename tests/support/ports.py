"""Ports for servers that must be told one. Whoever can takes port 0 instead, and tells which it got."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from itertools import chain

LOWEST, BEYOND = 15_000, 32_000
"""Below the ports that Linux and macOS give to connections that go out: one of those may be taken at any moment."""


def _candidates() -> Iterator[int]:
    start = random.Random(os.getpid()).randrange(LOWEST, BEYOND)  # workers begin in different places
    yield from chain(range(start, BEYOND), range(LOWEST, start))


_left = _candidates()


def free_port() -> int:
    """A port that nobody listens on and that this process has not given out before."""
    for port in _left:
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("no port is free")
