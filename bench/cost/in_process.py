"""The speed of signing, storing and looking up articles, with stock datasketch beside it on the same server."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import redis
from rich.progress import track

from bench.data.corpus import Corpus
from bench.data.synthetic import Newsroom
from bench.serving.stock import make_lsh, sketch
from wirematch.composition.components import open_detector
from wirematch.detection.detector import Detector
from wirematch.fingerprint.minhash import FingerprintScheme, sign_many
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.models import Article
from wirematch.settings import Settings

BATCH = 64
SIGNED = 2_000
LOOKED_UP = 500
STOCK_STORED = 5_000
"""datasketch takes milliseconds per article, so it is measured on fewer."""


def measure_speed(articles: int, corpus: Corpus | None) -> dict[str, Any]:
    """Measure all on ``articles`` synthetic ones stored; signing also on real ones, if there is a corpus."""
    figures: dict[str, Any] = {"articles": articles, "signing": {"synthetic": _signing(None)}}
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        newsroom = Newsroom()
        figures["storing"] = asyncio.run(store_synthetic(store.url, newsroom, articles))
        figures["stock_storing"] = store_stock(store, [made.article for made in newsroom.make(0, STOCK_STORED)])
        queries = [made.article for made in newsroom.make(articles, LOOKED_UP)]
        figures["lookup"] = asyncio.run(look_up(store.url, queries))
        figures["stock_lookup"] = _look_up_stock(store, queries)
    if corpus is not None:
        figures["signing"]["real"] = _signing(corpus)
    figures["ratios"] = _ratios(figures)
    return figures


def _signing(corpus: Corpus | None) -> dict[str, float]:
    """CPU microseconds per article of about 400 words, in batches of a hundred, after a warm-up on common words."""
    if corpus is None:
        bodies = [made.article.body for made in Newsroom(seed=2).make(0, 2 * SIGNED)]
    else:
        bodies = [row["text"] for row in corpus.background if 350 <= len(row["text"].split()) <= 450][: 2 * SIGNED]
    half, scheme = len(bodies) // 2, FingerprintScheme(Settings().sampling)
    sign_many(bodies[:half], scheme)
    started = time.process_time()
    for first in range(half, len(bodies), 100):
        sign_many(bodies[first : first + 100], scheme)
    ours = (time.process_time() - started) / (len(bodies) - half)
    started = time.process_time()
    for body in bodies[half : half + 300]:
        sketch(body)
    stock = (time.process_time() - started) / 300
    words = float(np.mean([len(body.split()) for body in bodies[half:]]))
    return {"us": round(ours * 1e6, 1), "stock_us": round(stock * 1e6, 1), "words": round(words, 1)}


async def store_synthetic(url: str, newsroom: Newsroom, count: int, first: int = 0) -> dict[str, float]:
    """Store and index texts without decisions: articles a second, excluding the time to make the articles.

    Stores the articles from ``first`` up to ``count``.
    """
    took = making = 0.0
    async with open_detector(url, Settings(redis_url=url)) as detector:
        await detector.warm_up()  # as a service does before it is ready
        used, own = server_seconds(url), time.process_time()
        for start in track(range(first, count, 1_024), "storing", transient=True):
            made_from = time.process_time()
            made = [one.article for one in newsroom.make(start, min(1_024, count - start))]
            making += time.process_time() - made_from
            started = time.perf_counter()
            await store_all(detector, made)
            took += time.perf_counter() - started
        used, own = server_seconds(url) - used, time.process_time() - own - making
    return {
        "articles": count - first,
        "a_second": round((count - first) / took, 1),
        "server_ms_each": round(1000 * used / (count - first), 3),
        "own_ms_each": round(1000 * own / (count - first), 3),
    }


async def store_all(detector: Detector, articles: Sequence[Article]) -> None:
    """Store articles without decisions, like bulk: while one batch is stored, the next is signed."""
    rest = iter([articles[first : first + BATCH] for first in range(0, len(articles), BATCH)])

    async def work() -> None:
        for batch in rest:
            for added in await detector.add_many(batch, decide=False):
                if isinstance(added, Exception):
                    raise added

    await asyncio.gather(work(), work())


def store_stock(store: EmbeddedStore, articles: Sequence[Article]) -> dict[str, float]:
    """Do the same by datasketch's insertion session."""
    lsh = make_lsh(socket_of(store))
    used, started = server_seconds(store.url) + time.process_time(), time.perf_counter()
    with lsh.insertion_session() as session:
        for article in articles:
            session.insert(article.id, sketch(article.body))
    took, used = time.perf_counter() - started, server_seconds(store.url) + time.process_time() - used
    return {
        "articles": len(articles),
        "a_second": round(len(articles) / took, 1),
        "processor_ms_each": round(1000 * used / len(articles), 3),
    }


async def look_up(url: str, queries: Sequence[Article]) -> dict[str, float]:
    """Time look-ups from signature to ranked candidates, one at a time: milliseconds."""
    took, found = [], []
    async with open_detector(url, Settings(redis_url=url)) as detector:
        signatures = sign_many([article.body for article in queries], detector.scheme)
        used = server_seconds(url)
        for signature in signatures:
            started = time.perf_counter()
            candidates = await detector.index.lookup(signature)
            took.append((time.perf_counter() - started) * 1000)
            found.append(len(candidates.ranking))
        used = server_seconds(url) - used
    return {
        **percentiles(took),
        "server_ms_each": round(1000 * used / len(took), 3),
        "candidates_mean": round(float(np.mean(found)), 1),
    }


def server_seconds(url: str) -> float:
    """Return the CPU seconds of the server."""
    with redis.Redis.from_url(url) as client:
        spent = client.info("cpu")
    return float(spent["used_cpu_user"] + spent["used_cpu_sys"])


def _look_up_stock(store: EmbeddedStore, queries: Sequence[Article]) -> dict[str, float]:
    lsh, took = make_lsh(socket_of(store)), []
    for made in [sketch(article.body) for article in queries]:
        started = time.perf_counter()
        lsh.query(made)
        took.append((time.perf_counter() - started) * 1000)
    return {**percentiles(took), "stored": STOCK_STORED}


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th percentile."""
    p50, p99 = np.percentile(milliseconds, [50, 99]).tolist()
    return {"n": len(milliseconds), "p50_ms": round(p50, 2), "p99_ms": round(p99, 2)}


def socket_of(store: EmbeddedStore) -> str:
    """Return the path of the store's Unix socket."""
    return store.url.removeprefix("unix://")


def _ratios(figures: dict[str, Any]) -> dict[str, float]:
    """Return how many times as fast as stock datasketch in the same run."""
    storing, stock = figures["storing"], figures["stock_storing"]
    ratios = {
        "signing": figures["signing"]["synthetic"]["stock_us"] / figures["signing"]["synthetic"]["us"],
        "storing": storing["a_second"] / stock["a_second"],
        "storing_processor_time": stock["processor_ms_each"] / (storing["server_ms_each"] + storing["own_ms_each"]),
        "lookup": figures["stock_lookup"]["p50_ms"] / figures["lookup"]["p50_ms"],
    }
    return {name: round(ratio, 2) for name, ratio in ratios.items()}
