"""``wirematch serve``: the HTTP service as a process, or several."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import Annotated

import typer
import uvicorn

from wirematch.access.keyring import Keyring
from wirematch.compose import open_parts, running_store
from wirematch.errors import InvalidSettingError
from wirematch.hosts import is_loopback
from wirematch.presentation.options import DataDir, RedisUrl
from wirematch.settings import Settings

GRACE_SECONDS = 10
"""For answers under way when the service is to end."""


def serve(  # noqa: PLR0913 - its options
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
    allowed_hosts: Annotated[
        str | None,
        typer.Option(help="Names under which the service is asked, beside this machine's own; several with commas."),
    ] = None,
    insecure_open: Annotated[
        bool,
        typer.Option(
            "--insecure-open",
            help="Serve everybody who reaches the port without a key, because the network decides who does.",
        ),
    ] = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
    access_log: Annotated[bool, typer.Option(help="Log every request.")] = False,
) -> None:
    """Run the HTTP service until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    hosts = None if allowed_hosts is None else frozenset(allowed_hosts.lower().split(","))
    settings = Settings.of_command(
        data_dir=data_dir, redis_url=redis_url, allowed_hosts=hosts, insecure_open=insecure_open or None
    )
    with running_store(settings) as url:
        asyncio.run(_prepare(host, url, settings))
        _tell_workers(url, settings)
        uvicorn.run(
            "wirematch.app:create_app",
            factory=True,
            http="wirematch.server.protocol:BoundedProtocol",
            host=host,
            port=port,
            workers=workers,
            access_log=access_log,
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )


async def _prepare(host: str, url: str, settings: Settings) -> None:
    """Fail here, with one message, rather than in every worker process with a trace."""
    async with open_parts(url, settings) as parts:
        keyed = bool(await Keyring(parts.store, settings.index).records())
    if keyed or settings.insecure_open:
        return
    if not is_loopback(host):
        raise InvalidSettingError(
            f"There are no keys, so whoever reaches {host} could read, store and delete. Make one with 'wirematch keys "
            "create --name NAME --scopes check,store', listen on 127.0.0.1, or say --insecure-open where the network "
            "itself decides who comes in."
        )
    if sys.stderr.isatty():
        said = "There are no keys: only programs of this machine are served. To make one: wirematch keys create --help"
        print(said, file=sys.stderr)  # noqa: T201 - for whoever starts it by hand


def _tell_workers(url: str, settings: Settings) -> None:
    """What options said, for processes that read the environment."""
    os.environ |= {
        "WIREMATCH_REDIS_URL": url,
        "WIREMATCH_ALLOWED_HOSTS": json.dumps(sorted(settings.allowed_hosts)),
        "WIREMATCH_INSECURE_OPEN": json.dumps(settings.insecure_open),
    }
