"""An application that starts only once a file exists, for processes that start it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette

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
