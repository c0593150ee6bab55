"""A service in one process whose start fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from uvicorn.config import Config

from support.ports import free_port
from wirematch.errors import IndexUnavailableError
from wirematch.server.processes.single_process import RETRY_SECONDS, run_single_process


@pytest.mark.parametrize(("failure", "starts"), [(RuntimeError("a defect"), 1), (IndexUnavailableError("away"), 3)])
def test_only_what_the_store_may_mend_is_tried_again(failure, starts, monkeypatch):
    begun: list[Starlette] = []
    monkeypatch.setattr("wirematch.server.processes.single_process.DELAY", 0.0)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        begun.append(app)
        raise failure
        yield

    config = Config(Starlette(lifespan=lifespan), port=free_port(), log_config=None)
    clock = lambda: 1 + RETRY_SECONDS * (len(begun) - 1) / 2  # noqa: E731 - time passes with each start

    assert not run_single_process(config, None, lambda: None, clock)
    assert len(begun) == starts
