"""``serve``: the HTTP service, with an embedded Valkey where the settings name no Redis."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import logging.config
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from redis.exceptions import BusyLoadingError

from wirematch.access.keyring import Keyring
from wirematch.commands.local_index import mismatch_told, unusable_told
from wirematch.commands.options.shared import read_settings
from wirematch.composition.components import open_components
from wirematch.composition.from_settings import namespace_of
from wirematch.composition.tenancy import check_tenants
from wirematch.errors import IndexUnavailableError, InvalidSettingError, StoreStartError
from wirematch.hosts import is_loopback
from wirematch.index.connections.durability import Durability
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.interruption import interrupt, run_interruptibly
from wirematch.observability.logs import LogLevel, configuration
from wirematch.observability.metrics import FOLDER
from wirematch.server.processes.lifecycle import handed_sockets
from wirematch.server.processes.service_config import ServiceConfig
from wirematch.server.processes.single_process import run_single_process
from wirematch.server.processes.supervisor import WorkerSupervisor
from wirematch.settings import Settings

log = logging.getLogger("uvicorn.error")
"""What the server says when it starts."""
WORKER_SECONDS = 120
"""Seconds after which a silent worker is replaced. On a loaded machine, one that starts may be silent for long."""
LOADING_SECONDS = 0.5
"""Seconds between checks whether Redis has loaded its data."""
NOT_STARTED = 3
"""Exit status of a service that could not listen, or none of whose workers starts."""
SHUTDOWN_SECONDS = 10
"""How long requests may take to finish after SIGTERM or Ctrl-C."""


def serve(  # noqa: PLR0913 - its options
    host: str,
    port: int,
    workers: int,
    *,
    allowed_hosts: str | None,
    insecure_open: bool,
    access_log: bool,
    quiet: bool,
    data_dir: Path | None,
    redis_url: str | None,
) -> None:
    """Listen on ``host``:``port`` with ``workers`` processes until SIGTERM or Ctrl-C; port 0 takes a free one.

    Raises IndexUnavailableError or IndexMismatchError if there is no usable index; InvalidSettingError if other
    machines could reach ``host`` and there are no keys, or if the port cannot be used. Inherited sockets
    (``LISTEN_FDS``) take the place of ``host`` and ``port``.
    """
    signal.signal(signal.SIGTERM, lambda *_: interrupt(SystemExit(0)))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # a terminal is closed; what replaces workers comes later
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    settings = read_settings(data_dir, redis_url, allowed_hosts=allowed_hosts, insecure_open=insecure_open)
    level = LogLevel.WARNING if quiet else settings.log_level
    logging_ = configuration(settings.log_format, level, access=access_log)
    logging.config.dictConfig(logging_)
    handed = handed_sockets()
    if not handed:
        _try_to_listen(host, port)
    for one in handed:
        host, port = one.getsockname()[:2]
        log.info("Uvicorn running on http://%s:%d (an inherited socket)", host, port)
    config = _server(host, port, workers, logging_)
    if settings.redis_url:
        _run(settings.redis_url, settings, config, handed)
        return
    flush_always = settings.durability is Durability.FSYNC
    with EmbeddedStore(settings.data_dir, settings.valkey_memory, flush_always=flush_always) as store:
        supervisor = store.supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
        supervisor.start()
        try:
            with mismatch_told(settings.data_dir):
                _run(store.url, settings, config, handed)
        finally:
            supervisor.stop()
            if supervisor.failure is not None:
                raise StoreStartError(supervisor.failure)


def _try_to_listen(host: str, port: int) -> None:
    """Report a port that cannot be used in one line, before a store is started.

    Later, the server's own log would say it.
    """
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except OSError as error:
        raise InvalidSettingError(
            f"The service cannot listen on port {port} of {host}: {error.strerror}. Choose another --port or --host, "
            "or end the program that listens there."
        ) from error


def _server(host: str, port: int, workers: int, logging_: dict[str, Any]) -> uvicorn.Config:
    return ServiceConfig(
        "wirematch.app:create_app",
        factory=True,
        http="wirematch.server.protocol.http_protocol:BoundedProtocol",
        host=host,
        port=port,
        workers=workers,
        access_log=False,  # our own has one line a request
        log_config=logging_,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        timeout_worker_healthcheck=WORKER_SECONDS,
        server_header=False,
    )


def _run(url: str, settings: Settings, config: uvicorn.Config, handed: list[socket.socket]) -> None:
    with unusable_told(url):
        run_interruptibly(open_index(config.host, url, settings))
    os.environ |= {  # for the worker processes
        "WIREMATCH_REDIS_URL": url,
        "WIREMATCH_DATA_DIR": str(settings.data_dir),
        "WIREMATCH_ALLOWED_HOSTS": json.dumps(sorted(settings.allowed_hosts)),
        "WIREMATCH_INSECURE_OPEN": json.dumps(settings.insecure_open),
    }
    with _shared_metrics(config.workers), contextlib.suppress(KeyboardInterrupt):
        if config.workers > 1:
            sockets = handed or [config.bind_socket()]
            supervisor = WorkerSupervisor(config, sockets, drain_seconds=settings.drain_seconds)
            supervisor.run()
            if supervisor.gave_up:
                sys.exit(NOT_STARTED)
            return
        if not run_single_process(
            config, handed or None, lambda: run_interruptibly(open_index(config.host, url, settings))
        ):
            sys.exit(NOT_STARTED)


@contextlib.contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """Several processes write their metrics into one folder, so that any of them can report all."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="wirematch-metrics-") as folder:
        os.environ[FOLDER] = folder  # read when the workers start
        try:
            yield
        finally:
            del os.environ[FOLDER]


async def open_index(host: str, url: str, settings: Settings) -> None:
    """Create or check the index here, so that a failure is one message and not a traceback of every worker.

    While Redis loads its data, which may take minutes, this waits.
    """
    waiting = False
    while True:
        try:
            async with open_components(url, settings) as components:
                await check_tenants(components.store, components.namespace, settings)
                has_keys = bool(await Keyring(components.store, namespace_of(settings)).records())
            break
        except IndexUnavailableError as error:
            if not isinstance(error.__cause__, BusyLoadingError):
                raise
            if not waiting:
                print("Redis is loading its data; the service starts afterwards.", file=sys.stderr)  # noqa: T201 - a person waits
            waiting = True
            await asyncio.sleep(LOADING_SECONDS)
    if has_keys or settings.insecure_open:
        return
    if not is_loopback(host):
        raise InvalidSettingError(
            f"There are no keys, so anybody who reaches {host} could read, store and delete. Create one with "
            "'wirematch keys create --name NAME --scopes check,store', listen on 127.0.0.1, or use --insecure-open if "
            "the network decides who has access."
        )
    if sys.stderr.isatty():
        hint = (
            "There are no keys: only programs on this machine are served. To create one: wirematch keys create --help"
        )
        print(hint, file=sys.stderr)  # noqa: T201 - for whoever starts it by hand
