"""An application that starts only once a file is there, for processes that start it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

FILE = "WIREMATCH_TEST_STARTS_WITH"
"""Environment variable with the file's path."""


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    if not os.path.lexists(os.environ[FILE]):  # noqa: PTH110 - pathlib's are for outside of an event loop
        raise ConnectionError("what this application needs is away")
    yield


def create_app() -> Starlette:
    return Starlette(lifespan=lifespan)
