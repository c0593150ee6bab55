"""An application that starts only once a file exists, for processes that start it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette

from wirematch.errors import InvalidSettingError

FILE = "WIREMATCH_TEST_STARTS_WITH"
"""Environment variable with the file's path."""


def fail_without_file() -> None:
    if not Path(os.environ[FILE]).exists():
        raise ConnectionError("what this application needs is away")


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    fail_without_file()
    yield


def create_app() -> Starlette:
    return Starlette(lifespan=lifespan)


def refuse() -> Starlette:
    raise InvalidSettingError("This setting cannot be used.")


def refuse_without_file() -> Starlette:
    return Starlette() if Path(os.environ[FILE]).exists() else refuse()


def fail() -> Starlette:
    raise RuntimeError("a defect")


class InterruptsItsReader:
    """As if Ctrl-C came while a new process reads what it is given, long before a server handles signals."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _interrupt, ()


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    Path(os.environ[FILE]).write_text("asked", encoding="utf-8")


def end() -> Starlette:
    """As a worker ends that cannot even be imported."""
    os._exit(1)


def crash() -> Starlette:
    """As if a library were of another machine, or memory ended."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Starlette()
