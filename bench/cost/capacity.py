"""Resources for given numbers of stories and articles a second, from the results of ``bench scale`` and ``streams``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

STORIES = (1_000_000, 10_000_000, 100_000_000)
RATES = (100, 1_000, 10_000)
SHARD_STORIES = 8_000_000
"""More stories let one of a shard's 16 page hashes exceed 512 MB (docs/scale.md)."""
SHARD_GB = 40
"""Memory of a master that is available for data."""
ASKED = 120
"""Pages read by a look-up, of at most 128."""
ANSWERS_NOBODY = 0.02
"""Milliseconds of a script that finds nothing to read."""
LARGEST_LOAD = 0.7
"""Share of a server's core that may be used, so that a second with more traffic does no harm."""
ARRIVALS = 200_000


@dataclass(frozen=True, slots=True)
class Costs:
    """Measured costs."""

    bytes_a_story: float
    """In memory, including its text."""
    look_up_ms: float
    """Server time for all pages of one signature."""
    add_ms: float
    """Server time."""
    decide_ms: float
    """Service CPU time to check and add a real story."""


def costs_of(scale: dict[str, Any], streams: dict[str, Any]) -> Costs:
    """Read the costs from the JSON of both commands."""
    largest = scale["sizes"][-1]
    memory, storing = largest["memory"], largest["storing"]
    look_up = largest["lookup"]["server_ms_each"]
    decide = streams["this"]["processor_ms_each"]["median"]
    return Costs(
        memory["bytes_a_story_without_content"] + memory["content_bytes_a_story"],
        look_up,
        storing["server_ms_each"],
        max(0.1, decide - storing["server_ms_each"] - look_up),
    )


def measure_capacity(costs: Costs) -> dict[str, Any]:
    """Return the resources for each number of stories and rate of articles checked and added."""
    figures: dict[str, Any] = {"costs": {name: getattr(costs, name) for name in Costs.__slots__}}
    for stories in STORIES:
        for rate in RATES:
            figures[f"{stories:,} stories, {rate:,} a second"] = _needs(costs, stories, rate)
    return figures


def _needs(costs: Costs, stories: int, rate: int) -> dict[str, Any]:
    memory = stories * costs.bytes_a_story / 1e9
    shards = max(1, math.ceil(stories / SHARD_STORIES), math.ceil(memory / SHARD_GB))
    by_document = _shard_ms(costs, shards, by_bucket=False)
    by_bucket = _shard_ms(costs, shards, by_bucket=True)
    load = rate * by_document / 1000
    loads = ((count, rate * _shard_ms(costs, count, by_bucket=True) / 1000) for count in range(shards, 2_000))
    enough = next((count for count, its in loads if its < LARGEST_LOAD), None)
    copies = math.ceil(load / LARGEST_LOAD)
    return {
        "memory_gb": round(memory, 1),
        "shards": shards,
        "service_cores": math.ceil(rate * costs.decide_ms / 1000 / LARGEST_LOAD),
        "load_of_each_shard": round(load, 2),
        "wait_p99_ms": _wait(rate, by_document),
        "readers_of_each_shard": copies,
        "by_bucket_load": round(rate * by_bucket / 1000, 2),
        "by_bucket_wait_p99_ms": _wait(rate, by_bucket),
        "by_bucket_shards": enough,
        "first_limit": "a shard's core" if copies > 1 else "memory" if shards > 1 else "the services' cores",
    }


def _shard_ms(costs: Costs, shards: int, *, by_bucket: bool) -> float:
    """Return the average cost of one checked and added article to each of several shards.

    Sharded by document, every shard reads all pages and one shard writes; by bucket, each reads and writes its part of
    them.
    """
    pages = costs.look_up_ms - ANSWERS_NOBODY
    reading = ANSWERS_NOBODY + (pages / shards if by_bucket else pages)
    return reading + costs.add_ms / shards


def _wait(rate: int, service_ms: float) -> float | None:
    """Return the 99th percentile of the queueing time in ms, by Lindley's recursion; None if the queue only grows."""
    if rate * service_ms >= 1000:
        return None
    between = np.random.default_rng(1).exponential(1000 / rate, ARRIVALS)
    steps = np.concatenate(([0.0], np.cumsum(service_ms - between[1:])))
    waits = steps - np.minimum.accumulate(steps)
    return round(float(np.percentile(waits, 99)), 2)
