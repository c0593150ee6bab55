"""``serve``: the HTTP service, with an embedded Valkey where the settings name no Redis."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import uvicorn

from wirematch.commands.local_index import read_settings, redis_address
from wirematch.compose import open_parts
from wirematch.settings import Settings

SHUTDOWN_SECONDS = 10
"""How long requests may take to finish after SIGTERM or Ctrl-C."""


def serve(  # noqa: PLR0913 - its options
    host: str, port: int, workers: int, *, access_log: bool, data_dir: Path | None, redis_url: str | None
) -> None:
    """Listen on ``host``:``port`` with ``workers`` processes until SIGTERM or Ctrl-C; port 0 takes a free one.

    IndexUnavailableError or IndexMismatchError when there is no index to work on.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = read_settings(data_dir, redis_url)
    with redis_address(settings) as url:
        asyncio.run(_open_once(url, settings))
        os.environ["WIREMATCH_REDIS_URL"] = url  # for the worker processes
        uvicorn.run(
            "wirematch.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=access_log,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            server_header=False,
        )


async def _open_once(url: str, settings: Settings) -> None:
    """Create or check the index here, so that a failure is one message and not a traceback of every worker."""
    async with open_parts(url, settings):
        pass
