"""The process of a service without workers, begun again where the store goes away just as it starts."""

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
"""From its first start that failed. An embedded Valkey that has ended runs again within one or two."""
DELAY = 0.5
"""Seconds between two looks whether the store is there again."""


def run_alone(
    config: Config,
    sockets: list[socket.socket] | None,
    open_index: Callable[[], None],
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Serve until the process is told to end; False if it never did.

    ``open_index`` is what succeeded just before. It is asked after a start that failed, and what it raises is raised:
    IndexUnavailableError after ``RETRY_SECONDS``, everything else at once.
    """
    until = 0.0
    while True:
        server = Server(config)
        try:
            server.run(sockets=sockets)
        except SystemExit as ended:
            if ended.code != STARTUP_FAILURE or server.should_exit or not server.lifespan.should_exit:
                raise  # it was told to end, or could not listen
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
