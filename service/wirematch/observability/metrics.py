"""The metrics of the service; docs/observability.md explains each.

With several processes, each writes its own to files in a shared folder (``PROMETHEUS_MULTIPROC_DIR``, which ``wirematch
serve`` sets), and whichever process is scraped aggregates them.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable: the folder in which several processes keep their metrics."""
REGISTRY = CollectorRegistry()
FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
WHOLE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
MOST_SOURCES = 50
"""Number of sources with series of their own; all others share one."""
OTHERS = "(others)"

BUILD = Gauge(
    "wirematch_build_info", "Always 1.", ["version", "kernels"], registry=REGISTRY, multiprocess_mode="livemax"
)
REQUESTS = Counter("wirematch_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "wirematch_request_seconds",
    "Time to answer a request.",
    ["route"],
    registry=REGISTRY,
    buckets=WHOLE,
)
IN_WORK = Gauge(
    "wirematch_requests_in_work", "Requests being answered.", registry=REGISTRY, multiprocess_mode="livesum"
)
REFUSALS = Counter("wirematch_refusals", "Requests answered with an error.", ["type"], registry=REGISTRY)
STEP_SECONDS = Histogram(
    "wirematch_step_seconds", "Time of a step on a batch of articles.", ["step"], registry=REGISTRY, buckets=FAST
)
STEP_ITEMS = Counter(
    "wirematch_step_items", "Articles that went through a step; for sieve, candidates.", ["step"], registry=REGISTRY
)
DECISIONS = Counter("wirematch_decisions", "Articles decided.", ["source", "decision"], registry=REGISTRY)
COMPARED = Counter("wirematch_pairs_compared", "Pairs of texts compared for decisions.", registry=REGISTRY)
TRANSLATION_SECONDS = Histogram(
    "wirematch_translation_seconds",
    "Time of an engine for a text.",
    ["engine", "outcome"],
    registry=REGISTRY,
    buckets=WHOLE,
)
REDIS_SECONDS = Histogram(
    "wirematch_redis_seconds", "Time of a script, with its retries.", ["kind"], registry=REGISTRY, buckets=FAST
)
REDIS_RETRIES = Counter("wirematch_redis_retries", "Scripts sent again.", ["reason"], registry=REGISTRY)
REDIS_ERRORS = Counter("wirematch_redis_errors", "Scripts that failed.", ["error"], registry=REGISTRY)
CACHE_LOOKUPS = Counter("wirematch_cache_lookups", "Look-ups in caches.", ["cache", "result"], registry=REGISTRY)
CACHE_ENTRIES = Gauge(
    "wirematch_cache_entries", "Entries of caches.", ["cache"], registry=REGISTRY, multiprocess_mode="livesum"
)
WAITING = Gauge(
    "wirematch_requests_waiting", "Requests queued for comparing.", ["line"], registry=REGISTRY,
    multiprocess_mode="livesum",
)  # fmt: skip
MEMORY = Gauge("wirematch_memory_bytes", "Resident memory.", registry=REGISTRY, multiprocess_mode="livesum")
ARTICLES = Gauge("wirematch_articles", "Stored articles.", registry=REGISTRY, multiprocess_mode="livemax")
IMPORTS = Gauge(
    "wirematch_imports_unfinished", "Restores and loads that have not ended.", ["state"], registry=REGISTRY,
    multiprocess_mode="livemax",
)  # fmt: skip
INDEX_FAULTS = Gauge(
    "wirematch_index_faults", "Faults found in the index.", ["kind"], registry=REGISTRY, multiprocess_mode="mostrecent"
)
EXAMINED = Gauge(
    "wirematch_index_examined_timestamp_seconds", "End of the last complete examination.", registry=REGISTRY,
    multiprocess_mode="livemax",
)  # fmt: skip
WEBHOOKS_GIVEN_UP = Counter(
    "wirematch_webhooks_given_up", "Webhook tasks given up; the log has them.", ["task"], registry=REGISTRY
)
for task in ("delivery", "look_up"):
    WEBHOOKS_GIVEN_UP.labels(task)  # counted from zero, or the first would be no increase
STREAMS = Gauge("wirematch_event_streams", "Open event streams.", registry=REGISTRY, multiprocess_mode="livesum")


def exposition() -> bytes:
    """Return all metrics of all processes in Prometheus' text format."""
    if folder := os.environ.get(FOLDER):
        _forget_the_dead(Path(folder))
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
    return generate_latest(REGISTRY)


def _forget_the_dead(folder: Path) -> None:
    """Remove the live gauges of processes that have ended."""
    processes = {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*_*.db")}
    for process in processes:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process)  # type: ignore[no-untyped-call]
