"""Check and add over HTTP, with decisions, beside a minimal service over stock datasketch that compares nothing.

Both use the same server in the same run, and take turns: ours with a stream to each of its processes, the other with
one article per request over several connections, as each is fastest.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Self

from rich.progress import track

from bench.commands.tables import medians
from bench.cost.in_process import socket_of, store_all, store_stock
from bench.data.corpus import Corpus
from bench.data.synthetic import Made, Newsroom, Sort
from bench.serving.client import bulk, post_all
from bench.serving.processes import processor_seconds, services, stock_service
from wirematch.composition.components import open_detector
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article
from wirematch.settings import Settings

REAL_STORED, REAL_STREAMED = 16_000, 600
STOCK_STORED, STOCK_POSTED = 5_000, 300
"""datasketch takes milliseconds per article, so it is measured on fewer: the first of those stored in ours."""
CONNECTIONS = 4
AT_ONCE = 1_024


def measure_over_http(articles: int, streamed: int, workers: int, runs: int, corpus: Corpus | None) -> dict[str, Any]:
    """Measure made-up stories, ``streamed`` per run after ``articles`` stored; and real ones if there is a corpus."""
    figures: dict[str, Any] = {"workers": workers, "runs": runs}
    made = Newsroom().make(0, articles + runs * streamed)
    figures["made-up"] = _measure(made, articles, streamed, workers, runs)
    if corpus is not None:
        rows = corpus.background[: REAL_STORED + runs * REAL_STREAMED]
        real = (Made(Article(id=row["id"], body=row["text"]), Sort.NEW, None) for row in rows)
        figures["real"] = _measure(real, REAL_STORED, REAL_STREAMED, workers, runs)
    return figures


def _measure(made: Iterator[Made], stored: int, streamed: int, workers: int, runs: int) -> dict[str, Any]:
    ours: list[dict[str, float]] = []
    theirs: list[dict[str, float]] = []
    decided: dict[str, Counter[str]] = defaultdict(Counter)
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        first = asyncio.run(_store(store.url, islice(made, stored), stored))
        store_stock(store, first)
        with services(Path(folder), workers) as ports, stock_service(socket_of(store)) as stock_port:
            for _ in range(runs):
                part = list(islice(made, streamed))
                with _Spent() as spent:
                    took = asyncio.run(_stream(ports, part, decided))
                ours.append(spent.figures(len(part), took))
                contents = [_posted(one.article) for one in part[:STOCK_POSTED]]
                with _Spent() as spent:
                    took = asyncio.run(post_all(stock_port, "/articles", contents, CONNECTIONS))
                theirs.append(spent.figures(len(contents), took))
    return {
        "stored": stored,
        "streamed in each run": streamed,
        "wirematch": medians(ours),
        "stock": {"stored": len(first), "posted in each run": len(contents), **medians(theirs)},
        "ratio": medians([{"a_second": a["a_second"] / b["a_second"]} for a, b in zip(ours, theirs, strict=True)]),
        "decided": {sort: dict(counts.most_common()) for sort, counts in sorted(decided.items())},
    }


async def _store(url: str, made: Iterator[Made], count: int) -> list[Article]:
    """Store all articles without decisions; return the first STOCK_STORED of them."""
    first: list[Article] = []
    async with open_detector(url, Settings(redis_url=url)) as detector:
        for _ in track(range(0, count, AT_ONCE), "storing", transient=True):
            articles = [one.article for one in islice(made, AT_ONCE)]
            await store_all(detector, articles)
            first += articles[: STOCK_STORED - len(first)]
    return first


async def _stream(ports: Sequence[int], made: Sequence[Made], decided: dict[str, Counter[str]]) -> float:
    """Check and add, with a stream to each service; return the seconds taken, and count decisions in ``decided``."""
    parts = [made[place :: len(ports)] for place in range(len(ports))]
    lines = [[one.article.model_dump_json(exclude_none=True).encode() + b"\n" for one in part] for part in parts]
    started = time.perf_counter()
    answers = await asyncio.gather(*(bulk(port, part) for port, part in zip(ports, lines, strict=True)))
    took = time.perf_counter() - started
    for part, (results, summary) in zip(parts, answers, strict=True):
        if summary["problems"]:
            raise RuntimeError(f"{summary['problems']} articles were not stored")
        for one, result in zip(part, results, strict=True):
            decided[str(one.sort)][result["decision"]] += 1
    return took


def _posted(article: Article) -> bytes:
    return json.dumps({"id": article.id, "body": article.body}).encode()


class _Spent:
    """CPU time of all child processes: the services and the server."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def __enter__(self) -> Self:
        self._seconds = -self._so_far()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds += self._so_far()

    def figures(self, articles: int, seconds: float) -> dict[str, float]:
        """Return articles a second, and CPU milliseconds per article."""
        return {"a_second": articles / seconds, "processor_ms_each": 1000 * self._seconds / articles}

    def _so_far(self) -> float:
        return processor_seconds(os.getpid()) - time.process_time()
