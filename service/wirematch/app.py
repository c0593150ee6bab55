"""The HTTP service; this module only composes it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from wirematch import __version__
from wirematch.api import articles, bulk, checks, docs, documents, health, pages, problems
from wirematch.api.body_limit import BodyLimit
from wirematch.api.state import State
from wirematch.compose import make_courier, open_parts
from wirematch.detection.documents import DocumentIntake
from wirematch.detection.executor import BoundedExecutor
from wirematch.index.retention import sweep_for_ever
from wirematch.settings import Settings

DEFAULT_REDIS_URL = "redis://127.0.0.1:6379/0"
END_SECONDS = 1.0
"""After which a background task is cancelled again: redis-py may swallow a cancellation while it connects."""
GC_THRESHOLDS = (10_000, 10, 100)
"""Objects that come, and searches of each generation, between Python's searches for cycles. With its own settings it
goes through all that is cached every few thousand articles and answers nobody for a fifth of a second."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on the Redis that ``settings`` name (by default, those of the environment)."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        executor = BoundedExecutor(chosen.cpu_threads, chosen.max_waiting)
        try:
            async with open_parts(chosen.redis_url or DEFAULT_REDIS_URL, chosen) as parts:
                background = [asyncio.create_task(sweep_for_ever(parts.detector.sweep))]
                if courier := make_courier(parts.detector, chosen):
                    background.append(asyncio.create_task(courier.run()))
                gc.freeze()  # models and modules stay
                gc.set_threshold(*GC_THRESHOLDS)
                try:
                    yield {
                        "detector": parts.detector,
                        "intake": DocumentIntake(parts.detector, parts.kills, executor),
                        "requests": parts.requests,
                        "checked": parts.checked,
                        "catalogue": parts.catalogue,
                        "judgements": parts.judgements,
                        "pickup_log": parts.pickup_log,
                        "longest_line": chosen.max_request_bytes,
                    }
                finally:
                    await _end(background)
        finally:
            executor.close()

    app = FastAPI(
        title="Wirematch",
        version=__version__,
        summary="Which stored wire stories does this article rewrite, and where?",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    docs.install(app)
    problems.install(app)
    app.add_middleware(BodyLimit, most=chosen.max_request_bytes, streams=frozenset({bulk.PATH}))
    # Documents before articles: their routes have the same paths and let JSON pass.
    for router in (documents.router, bulk.router, articles.router, checks.router, health.router):
        app.include_router(router)
    pages.install(app)
    return app


async def _end(background: Iterable[asyncio.Task[None]]) -> None:
    going = set(background)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=END_SECONDS)
