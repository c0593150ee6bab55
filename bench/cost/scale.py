"""Resources and speed of an index of a given size: memory, look-ups, checks, start-up."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import redis

from bench.cost.in_process import look_up, percentiles, store_synthetic
from bench.data.synthetic import Newsroom
from bench.serving.client import post_all, post_steadily
from bench.serving.processes import service
from wirematch.index.buckets import PARTS
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.records.codec import FACTS, TIMES
from wirematch.index.records.tail import read_tail

LOOKED_UP = 1_000
CHECKS_A_SECOND, CHECK_SECONDS = 50, 30
WARMING_CHECKS = 1_000
"""Checks to warm up what a process learns about words and candidates."""
SAMPLED = 5_000
"""Keys, or fields of one, that are measured individually; the rest are assumed to be similar."""
RECORD, PAGES = b"d", {f"p{part:x}".encode() for part in range(PARTS)}
"""Key names or their prefixes (docs/keys-and-bytes.md)."""
STORED = "articles"
"""A file beside a kept index with the number of articles in it."""
LOADED = re.compile(r"DB loaded from (base|incr) file [^:]+: ([\d.]+) seconds")
"""What the server logs of each part of its append-only file: that of the last rewrite, and the commands since."""


def measure_scale(
    articles: int, workers: int, kept: Path | None, keep: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Measure a tenth of ``articles`` and all of them; ``keep`` is called with the figures so far.

    The index stays in the folder ``kept``; one that is already there, from an earlier run, is measured as it is,
    however many articles it has.
    """
    newsroom = Newsroom()
    figures: dict[str, Any] = {"articles": articles, "workers": workers, "sizes": []}
    with ExitStack() as stack:
        folder = kept or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirematch-bench-")))
        stored, first = folder / STORED, 0
        folder.mkdir(parents=True, exist_ok=True)
        if stored.exists():
            figures["articles"] = articles = first = int(stored.read_text())
        elif any(folder.iterdir()):
            raise SystemExit(f"{folder} is not empty and has no index that was stored to its end.")
        with EmbeddedStore(folder) as store:
            for size in (articles // 10, articles):
                if size < first:
                    continue
                storing = asyncio.run(store_synthetic(store.url, newsroom, size, first)) if size > first else None
                queries = [made.article for made in newsroom.make(2 * articles + first, LOOKED_UP)]
                lookup = asyncio.run(look_up(store.url, queries))
                figures["sizes"].append(
                    {"articles": size, "storing": storing, "lookup": lookup, "memory": _memory(store, size)}
                )
                first = size
                keep(figures)
            stored.write_text(str(articles))
            file_bytes = sum(file.stat().st_size for file in folder.rglob("*.aof"))
        started = time.perf_counter()
        with service(folder, workers) as port:  # the store was stopped with the block above, so this loads its file
            figures["start"] = {
                "seconds": round(time.perf_counter() - started, 2),
                "append_only_file_mb": round(file_bytes / 1e6, 1),
            } | loading_seconds((folder / "valkey.log").read_text(errors="replace"))
            keep(figures)
            figures["check"] = _check(port, newsroom, 3 * articles)
    return figures


def loading_seconds(log: str) -> dict[str, float]:
    """Return how long the server last took for each part of its file, from its log."""
    last = dict(LOADED.findall(log))
    return {f"{part}_file_seconds": float(seconds) for part, seconds in last.items()}


def _check(port: int, newsroom: Newsroom, first: int) -> dict[str, float]:
    """Time ``POST /v1/check`` at a constant rate, after a warm-up by two clients: milliseconds."""
    count = CHECKS_A_SECOND * CHECK_SECONDS
    contents = [
        made.article.model_copy(update={"id": None}).model_dump_json(exclude_none=True).encode()
        for made in newsroom.make(first, count + WARMING_CHECKS)
    ]
    asyncio.run(post_all(port, "/v1/check", contents[:WARMING_CHECKS], 2))
    took, refused = asyncio.run(post_steadily(port, "/v1/check", contents[WARMING_CHECKS:], CHECKS_A_SECOND))
    return {**percentiles(took), "refused": refused}


def _memory(store: EmbeddedStore, articles: int) -> dict[str, float]:
    """Return the server's bytes: for postings, for ids, and per story without its text but with its tail."""
    content: list[int] = []
    tails: list[int] = []
    pages, ids, postings = 0, 0, 0
    with redis.Redis.from_url(store.url, socket_timeout=600) as client:
        used = int(client.info("memory")["used_memory"])
        for key in client.scan_iter(count=10_000):
            kind = key.rpartition(b"}:")[2]
            if kind.startswith(RECORD) and len(content) < SAMPLED:  # a scan follows hashes: a random sample
                record = client.get(key)
                json_at = 49 + sum(FACTS.unpack_from(record, TIMES.size)[3:])
                content.append(read_tail(record, json_at).json_end)
                tails.append(len(record) - content[-1])
            elif kind in PAGES:
                pages += int(client.memory_usage(key, samples=SAMPLED))
            elif kind == b"ids":
                ids = int(client.memory_usage(key, samples=SAMPLED))
            elif kind == b"state":
                postings = int(client.hget(key, "postings"))
    text = articles * float(np.mean(content))
    return {
        "used_mb": round(used / 1e6, 1),
        "postings_a_story": round(postings / articles, 1),
        "bytes_a_posting": round(pages / postings, 2),
        "bytes_a_story_without_content": round((used - text) / articles, 1),
        "of_these_pages": round(pages / articles, 1),
        "of_these_ids": round(ids / articles, 1),
        "of_these_sketch_and_skeleton": round(float(np.mean(tails)), 1),
        "content_bytes_a_story": round(text / articles, 1),
    }
