"""Reports of stored articles, made again as for a page: CPU milliseconds (docs/adr/0016)."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.data.corpus import Corpus
from wirematch.composition.components import open_detector
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article
from wirematch.settings import Settings

STORED = 3_968
EVERY = 16
BATCH = 64
MOST_PICKUPS, MOST_MEMBERS = 100, 50
"""As the page of an article requests them."""


def measure_reports(corpus: Corpus, stored: int = STORED) -> dict[str, Any]:
    """Measure every sixteenth of ``stored`` real articles: its report, its pickups, and all that its page needs."""
    articles = [Article(id=row["id"], body=row["text"]) for row in corpus.background[:stored]]
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        return asyncio.run(_measure(store.url, articles))


async def _measure(url: str, articles: list[Article]) -> dict[str, Any]:
    async with open_detector(url, Settings(redis_url=url)) as detector:
        for first in range(0, len(articles), BATCH):
            await detector.add_many(articles[first : first + BATCH], decide=False)
        asked = [article.id or "" for article in articles[::EVERY]]

        async def report(article_id: str) -> None:
            await detector.stored.report_again(article_id)

        async def pickups(article_id: str) -> None:
            await detector.stored.pickups(article_id, 0, MOST_PICKUPS)

        async def page(article_id: str) -> None:
            await report(article_id)
            await pickups(article_id)
            await detector.stored.cluster(article_id, 0, MOST_MEMBERS)

        return {
            "stored": len(articles),
            "asked": len(asked),
            "report": await _took(report, asked),
            "pickups": await _took(pickups, asked),
            "page": await _took(page, asked),
        }


async def _took(ask: Callable[[str], Awaitable[None]], article_ids: list[str]) -> dict[str, float]:
    """Return percentiles of this process's CPU time in ms; caches fill as in a busy service."""
    await ask(article_ids[0])
    took = []
    for article_id in article_ids:
        started = time.process_time()
        await ask(article_id)
        took.append((time.process_time() - started) * 1000)
    p50, p90, p99 = np.percentile(took, [50, 90, 99]).tolist()
    return {"p50_ms": round(p50, 1), "p90_ms": round(p90, 1), "p99_ms": round(p99, 1)}
