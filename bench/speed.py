"""How fast articles are signed, stored, looked up and decided, with stock datasketch beside it on the same server."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import redis
from rich.progress import track

from bench.client import bulk, post_all
from bench.data import Corpus
from bench.processes import services, stock_service
from bench.stock import make_lsh, sketch
from bench.synthetic import Made, Newsroom, Sort
from wirematch.composition.parts import open_detector
from wirematch.detection.detector import Detector
from wirematch.fingerprint.minhash import FingerprintScheme, sign_many
from wirematch.index.embedded import EmbeddedStore
from wirematch.models import Article
from wirematch.settings import Settings

BATCH = 64
SIGNED = 2_000
LOOKED_UP = 500
STREAMED = 20_000
STOCK_STORED, STOCK_POSTED = 5_000, 400
"""datasketch takes milliseconds an article, so it is measured on fewer."""
CONNECTIONS = 4
REAL_STORED, REAL_STREAMED = 16_000, 1_000


def measure_speed(articles: int, workers: int, corpus: Corpus | None, *, http: bool = True) -> dict[str, Any]:
    """All figures, on ``articles`` stored synthetic ones, and on real ones where there is a corpus.

    Without ``http`` only signing, storing and looking up.
    """
    figures: dict[str, Any] = {"articles": articles, "workers": workers, "signing": {"synthetic": _signing(None)}}
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        newsroom = Newsroom()
        figures["storing"] = asyncio.run(store_synthetic(store.url, newsroom, articles))
        figures["stock_storing"] = _store_stock(store, newsroom)
        queries = [made.article for made in newsroom.make(articles, LOOKED_UP)]
        figures["lookup"] = asyncio.run(look_up(store.url, queries))
        figures["stock_lookup"] = _look_up_stock(store, queries)
        if not http:
            return figures | {"ratios": _ratios(figures)}
        with services(Path(folder), workers) as ports:
            figures["bulk"] = asyncio.run(_stream(ports, list(newsroom.make(articles, STREAMED))))
        with stock_service(_socket(store)) as port:
            figures["stock_http"] = _post_stock(port, newsroom)
    if corpus is not None:
        figures["signing"]["real"] = _signing(corpus)
        figures["bulk_real"] = _stream_real(corpus, workers)
    figures["ratios"] = _ratios(figures)
    return figures


def _signing(corpus: Corpus | None) -> dict[str, float]:
    """Microseconds of processor time an article of about 400 words, by the hundred, common words met before."""
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
    """Text in, stored and indexed, nothing decided: articles a second, making the articles left out.

    Articles from ``first`` up to ``count``.
    """
    took, used, own = 0.0, server_seconds(url), time.process_time()
    making = 0.0
    async with open_detector(url, Settings(redis_url=url)) as detector:
        for start in track(range(first, count, 1_024), "storing", transient=True):
            made_from = time.process_time()
            made = [one.article for one in newsroom.make(start, min(1_024, count - start))]
            making += time.process_time() - made_from
            started = time.perf_counter()
            await _store_all(detector, made)
            took += time.perf_counter() - started
    used, own = server_seconds(url) - used, time.process_time() - own - making
    return {
        "articles": count - first,
        "a_second": round((count - first) / took, 1),
        "server_ms_each": round(1000 * used / (count - first), 3),
        "own_ms_each": round(1000 * own / (count - first), 3),
    }


async def _store_all(detector: Detector, articles: Sequence[Article]) -> None:
    """As bulk does: while one batch is being stored, the next is signed."""
    rest = iter([articles[first : first + BATCH] for first in range(0, len(articles), BATCH)])

    async def work() -> None:
        for batch in rest:
            for added in await detector.add_many(batch, look=False):
                if isinstance(added, Exception):
                    raise added

    await asyncio.gather(work(), work())


def _store_stock(store: EmbeddedStore, newsroom: Newsroom) -> dict[str, float]:
    """The same by datasketch's insertion session."""
    lsh = make_lsh(_socket(store))
    articles = [made.article for made in newsroom.make(0, STOCK_STORED)]
    used, started = server_seconds(store.url) + time.process_time(), time.perf_counter()
    with lsh.insertion_session() as session:
        for article in articles:
            session.insert(article.id, sketch(article.body))
    took, used = time.perf_counter() - started, server_seconds(store.url) + time.process_time() - used
    return {
        "articles": STOCK_STORED,
        "a_second": round(STOCK_STORED / took, 1),
        "processor_ms_each": round(1000 * used / STOCK_STORED, 3),
    }


async def look_up(url: str, queries: Sequence[Article]) -> dict[str, float]:
    """Signature in, ranked candidates out, one at a time: milliseconds."""
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
    """What the server has used of a processor so far."""
    with redis.Redis.from_url(url) as client:
        spent = client.info("cpu")
    return float(spent["used_cpu_user"] + spent["used_cpu_sys"])


def _look_up_stock(store: EmbeddedStore, queries: Sequence[Article]) -> dict[str, float]:
    lsh, took = make_lsh(_socket(store)), []
    for made in [sketch(article.body) for article in queries]:
        started = time.perf_counter()
        lsh.query(made)
        took.append((time.perf_counter() - started) * 1000)
    return {**percentiles(took), "stored": STOCK_STORED}


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    p50, p99 = np.percentile(milliseconds, [50, 99]).tolist()
    return {"n": len(milliseconds), "p50_ms": round(p50, 2), "p99_ms": round(p99, 2)}


async def _stream(ports: Sequence[int], made: Sequence[Made]) -> dict[str, Any]:
    """Check and add through HTTP, comparison and decision included, in a stream to each service."""
    parts = [made[place :: len(ports)] for place in range(len(ports))]
    started = time.perf_counter()
    sending = [bulk(port, _lines(one.article for one in part)) for port, part in zip(ports, parts, strict=True)]
    answers = await asyncio.gather(*sending)
    took = time.perf_counter() - started
    decided: dict[Sort, Counter[str]] = defaultdict(Counter)
    for part, (results, summary) in zip(parts, answers, strict=True):
        if summary["problems"]:
            raise RuntimeError(f"{summary['problems']} articles were not stored")
        for one, result in zip(part, results, strict=True):
            decided[one.sort][result["decision"]] += 1
    shares = {
        str(sort): {name: round(count / counts.total(), 4) for name, count in counts.most_common()}
        for sort, counts in sorted(decided.items())
    }
    return {"articles": len(made), "a_second": round(len(made) / took, 1), "decided": shares}


def _lines(articles: Iterator[Article]) -> Iterator[bytes]:
    return (article.model_dump_json(exclude_none=True).encode() + b"\n" for article in articles)


def _post_stock(port: int, newsroom: Newsroom) -> dict[str, float]:
    """Query and insert, one article a request."""
    made = newsroom.make(STOCK_STORED, STOCK_POSTED)
    contents = [json.dumps({"id": one.article.id, "body": one.article.body}).encode() for one in made]
    took = asyncio.run(post_all(port, "/articles", contents, CONNECTIONS))
    return {"articles": STOCK_POSTED, "stored": STOCK_STORED, "a_second": round(STOCK_POSTED / took, 1)}


def _stream_real(corpus: Corpus, workers: int) -> dict[str, Any]:
    """The same on real stories of one agency, among which versions and stories of one kind abound."""
    made = [
        Made(Article(id=row["id"], body=row["text"]), Sort.NEW, None)
        for row in corpus.background[: REAL_STORED + REAL_STREAMED]
    ]
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        asyncio.run(_store_real(store.url, [one.article for one in made[:REAL_STORED]]))
        with services(Path(folder), workers) as ports:
            return {**asyncio.run(_stream(ports, made[REAL_STORED:])), "stored": REAL_STORED}


async def _store_real(url: str, articles: Sequence[Article]) -> None:
    async with open_detector(url, Settings(redis_url=url)) as detector:
        await _store_all(detector, articles)


def _socket(store: EmbeddedStore) -> str:
    return store.url.removeprefix("unix://")


def _ratios(figures: dict[str, Any]) -> dict[str, float]:
    """How many times as fast as stock datasketch in the same run."""
    storing, stock = figures["storing"], figures["stock_storing"]
    ratios = {
        "signing": figures["signing"]["synthetic"]["stock_us"] / figures["signing"]["synthetic"]["us"],
        "storing": storing["a_second"] / stock["a_second"],
        "storing_processor_time": stock["processor_ms_each"] / (storing["server_ms_each"] + storing["own_ms_each"]),
        "lookup": figures["stock_lookup"]["p50_ms"] / figures["lookup"]["p50_ms"],
    }
    if "bulk" in figures:
        ratios["check_and_add_over_http"] = figures["bulk"]["a_second"] / figures["stock_http"]["a_second"]
    return {name: round(ratio, 2) for name, ratio in ratios.items()}
