"""The work that a service still does when it is offered a multiple of its capacity."""

from __future__ import annotations

import asyncio
import http.client
import json
import multiprocessing
import os
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np

from bench.data.corpus import Corpus
from bench.data.synthetic import Newsroom
from bench.serving.client import bulk
from bench.serving.open_load import Answers, Load, request_of
from bench.serving.processes import free_port, running, service_command
from wirematch.models import Article

CAPACITY_CLIENTS = 12
MULTIPLES = (3, 10)
CROWDS = (128, 512)
"""Clients that retry as soon as they have a response, whatever it is."""
LIVEZ_PAUSE = 0.1
LONG_CHARACTERS = 190_000


def measure_overload(stored: int, seconds: float, corpus: Corpus | None, workers: int) -> dict[str, Any]:
    """Measure the capacity for checks, then goodput and delays at multiples of it, with crowds and long texts."""
    articles, asked = _articles(stored, corpus)
    port = free_port()
    ready = f"http://127.0.0.1:{port}/readyz"
    with (
        TemporaryDirectory() as folder,
        running([*service_command(port, workers), "--data-dir", f"{folder}/data"], {}, ready) as process,
    ):
        lines = (f"{article.model_dump_json(exclude_none=True)}\n".encode() for article in articles)
        asyncio.run(bulk(port, lines, "?report=false"))
        load = Load(port, [request_of("/v1/check", _body(article)) for article in asked])
        asyncio.run(load.closed(CAPACITY_CLIENTS, seconds / 2))  # warm up caches and the queue's estimate
        spent = processor_seconds(process.pid)
        peak = asyncio.run(load.closed(CAPACITY_CLIENTS, seconds))
        capacity = peak.statuses[200] / seconds
        a_processor = peak.statuses[200] / (processor_seconds(process.pid) - spent)
        figures: dict[str, Any] = {
            "stored": len(articles),
            "capacity a second": round(capacity, 1),
            "capacity a processor second": round(a_processor, 1),
            "p99 ms at capacity": _percentile(peak.accepted_seconds, 99),
        }
        for multiple in MULTIPLES:
            spent = processor_seconds(process.pid)
            offered = _offer(port, load, multiple * capacity, seconds)
            spent = processor_seconds(process.pid) - spent
            answered, refused = (offered["answers"].get(status, 0) for status in (200, 503))
            offered["goodput share, by processor time of the service"] = round(answered / spent / a_processor, 3)
            offered["cores of the service"] = round(spent / seconds, 2)
            offered["refusing, µs of the service"] = round(1e6 * (spent - answered / a_processor) / max(1, refused))
            # Measured before and after, as others may use the machine, too.
            after = asyncio.run(load.closed(CAPACITY_CLIENTS, seconds)).statuses[200] / seconds
            offered["goodput share"] = round(offered["goodput a second"] / ((capacity + after) / 2), 3)
            capacity = offered["capacity afterwards"] = round(after, 1)
            figures[f"at {multiple} x"] = offered
        for crowd in CROWDS:
            figures[f"{crowd} clients that ask at once again"], capacity = _crowd(load, crowd, capacity, seconds)
        figures["short texts beside long ones"] = _beside_long_ones(port, load, capacity, seconds)
    return figures


def processor_seconds(process: int) -> float:
    """CPU seconds of a process and its threads, without children that have ended; Linux only."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _offer(port: int, load: Load, rate: float, seconds: float) -> dict[str, Any]:
    with _Livez(port) as livez:
        began, own = time.perf_counter(), time.process_time()
        answers = asyncio.run(load.offered(rate, seconds))
        took, own = time.perf_counter() - began, time.process_time() - own
    goodput = _goodput(answers, began, seconds)
    return {
        "offered a second": round((answers.asked - answers.unsent) / seconds, 1),
        "goodput a second": round(goodput, 1),
        "cores of who asks": round(own / took, 2),
        **_summary(answers),
        "livez p99 ms": _percentile(livez.seconds, 99),
        "livez max ms": _percentile(livez.seconds, 100),
    }


def _goodput(answers: Answers, began: float, seconds: float) -> float:
    """Return accepted requests a second; those accepted near the end are answered later, and that time counts."""
    return answers.statuses[200] / max(seconds, answers.last_accepted - began)


def _crowd(load: Load, clients: int, before: float, seconds: float) -> tuple[dict[str, Any], float]:
    """Return the responses to a crowd of clients, and the capacity afterwards."""
    began = time.perf_counter()
    answers = asyncio.run(load.closed(clients, seconds))
    after = asyncio.run(load.closed(CAPACITY_CLIENTS, seconds)).statuses[200] / seconds
    goodput = _goodput(answers, began, seconds)
    told = {"goodput share": round(goodput / ((before + after) / 2), 3), "goodput a second": round(goodput, 1)}
    return told | _summary(answers), after


def _beside_long_ones(port: int, load: Load, capacity: float, seconds: float) -> dict[str, Any]:
    """Short texts at a quarter of capacity while one client sends texts of maximum length."""
    text = "".join(f"The {number} of {number * 7 % 1_000} said that it was {number % 13}. " for number in range(9_000))
    body = json.dumps({"body": text[:LONG_CHARACTERS]}).encode()
    long_ones = Load(port, [request_of("/v1/check", body)])

    async def both() -> tuple[Answers, Answers]:
        short, long = await asyncio.gather(load.offered(capacity / 4, seconds), long_ones.closed(1, seconds))
        return short, long

    short, long = asyncio.run(both())
    return {"short": _summary(short), "long answered": long.statuses[200]}


def _summary(answers: Answers) -> dict[str, Any]:
    return {
        "answers": dict(answers.statuses),
        "refused after waiting": answers.refused_late,
        "unsent": answers.unsent,
        "cut": answers.cut,
        "retry after": dict(sorted(answers.retry_after.items())),
        "accepted p50 ms": _percentile(answers.accepted_seconds, 50),
        "accepted p99 ms": _percentile(answers.accepted_seconds, 99),
    }


def _percentile(seconds: list[float], percent: float) -> float | None:
    return round(float(np.percentile(seconds, percent)) * 1000, 1) if seconds else None


def _body(article: Article) -> bytes:
    return json.dumps({"body": article.body, "headline": article.headline}).encode()


def _articles(stored: int, corpus: Corpus | None) -> tuple[list[Article], list[Article]]:
    if corpus is None:
        made = [one.article for one in Newsroom().make(0, stored + 500)]
        return made[:stored], made[stored:]
    rows = [row for row in (*corpus.background, *corpus.articles.values()) if row["text"].strip()]
    articles = [Article(id=f"real-{number}", source="Real", body=row["text"]) for number, row in enumerate(rows)]
    return articles[:stored], articles[-500:]


class _Livez:
    """A process that requests ``/livez`` all the time."""

    def __init__(self, port: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.seconds: list[float] = []
        self._stop = spawn.Event()
        self._found = spawn.Queue()
        self._process = spawn.Process(target=_ask_livez, args=(port, self._stop, self._found), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._found.get(timeout=60)  # wait until it is up
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.seconds = self._found.get(timeout=60)
        self._process.join(10)


def _ask_livez(port: int, stop: Event, found: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    found.put(True)
    seconds = []
    while not stop.is_set():
        began = time.perf_counter()
        try:
            connection.request("GET", "/livez")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            connection.close()
        seconds.append(time.perf_counter() - began)
        time.sleep(LIVEZ_PAUSE)
    found.put(seconds)
