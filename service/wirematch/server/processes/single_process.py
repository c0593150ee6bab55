"""The service in a single process, started again if the store goes away during start-up."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.server import Server

from wirematch.errors import IndexUnavailableError

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

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
    IndexUnavailableError only after ``RETRY_SECONDS``, all others at once. A start that failed for another reason than
    the store is not tried again: it would fail in the same way.
    """
    config.load()
    start = _Start(cast("ASGIApp", config.loaded_app))
    config.loaded_app = cast("ASGI3Application", start)
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
        if not isinstance(start.failure, IndexUnavailableError) and _is_open(open_index, may_raise=False):
            return False
        until = until or clock() + RETRY_SECONDS
        if clock() >= until:
            return False
        log.error("The service did not start; it is tried again for %.0f s.", until - clock())
        time.sleep(DELAY)
        while not _is_open(open_index, may_raise=clock() >= until):
            time.sleep(DELAY)


class _Start:
    """ASGI application that notes why its lifespan failed: uvicorn only logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.failure: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        self.failure = None
        try:
            await self._app(scope, receive, send)
        except BaseException as error:
            self.failure = error
            raise


def _is_open(open_index: Callable[[], None], *, may_raise: bool) -> bool:
    try:
        open_index()
    except IndexUnavailableError:
        if may_raise:
            raise
        return False
    return True
