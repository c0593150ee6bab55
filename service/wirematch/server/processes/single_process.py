"""The service in a single process, restarted if the store goes away during start-up."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.server import Server

from wirematch.errors import IndexUnavailableError

log = logging.getLogger("uvicorn.error")

RETRY_SECONDS = 15.0
"""How long to retry after the first failed start. An embedded Valkey that has ended is back within a second or two."""
DELAY = 0.5
"""Seconds between checks whether the store is back."""


def run_single_process(
    config: Config,
    sockets: list[socket.socket] | None,
    open_index: Callable[[], None],
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Serve until the process is told to stop; return False if it never started serving.

    ``open_index``, which succeeded just before, is called after a failed start, and its errors are raised:
    IndexUnavailableError only after ``RETRY_SECONDS``, all others at once.
    """
    until = 0.0
    while True:
        server = Server(config)
        try:
            server.run(sockets=sockets)
        except SystemExit as ended:
            if ended.code != STARTUP_FAILURE or server.should_exit or not server.lifespan.should_exit:
                raise  # it was told to stop, or could not listen
        if server.started:
            return True
        until = until or clock() + RETRY_SECONDS
        if clock() >= until:
            return False
        log.error("The service did not start; it is tried again for %.0f s.", until - clock())
        while not _is_open(open_index, may_raise=clock() >= until):
            time.sleep(DELAY)


def _is_open(open_index: Callable[[], None], *, may_raise: bool) -> bool:
    try:
        open_index()
    except IndexUnavailableError:
        if may_raise:
            raise
        return False
    return True
