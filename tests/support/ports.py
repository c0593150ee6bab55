"""Free ports for servers that cannot use port 0 and report which one they got."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from itertools import chain

LOWEST, BEYOND = 15_000, 32_000
"""Below the ephemeral ports of Linux and macOS, any of which may be taken at any moment."""


def _candidates() -> Iterator[int]:
    start = random.Random(os.getpid()).randrange(LOWEST, BEYOND)  # workers begin at different places
    yield from chain(range(start, BEYOND), range(LOWEST, start))


_left = _candidates()


def free_port() -> int:
    """Return a free port that this process has not given out before."""
    for port in _left:
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("no port is free")
