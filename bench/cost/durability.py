"""The cost of acknowledging nothing before it is on disk."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.data.synthetic import Newsroom
from bench.serving.client import post_all
from bench.serving.processes import PATIENT, service

CLIENTS = (1, 64)
FLUSHES = 50


def measure_durability(articles: int, runs: int, folder: Path | None) -> dict[str, Any]:
    """Articles stored a second, undecided, by one client and by 64, with and without ``fsync``; medians of runs."""
    bodies = [
        one.article.model_dump_json(exclude_none=True, exclude={"id"}).encode() for one in Newsroom().make(0, articles)
    ]
    rates: dict[str, dict[int, list[float]]] = {
        kind: {clients: [] for clients in CLIENTS} for kind in ("written", "fsync")
    }
    for _ in range(runs):
        for kind, by_clients in rates.items():
            with (
                TemporaryDirectory(dir=folder) as data,
                service(Path(data) / "data", 1, PATIENT | {"WIREMATCH_DURABILITY": kind}) as port,
            ):
                for clients, found in by_clients.items():
                    sent = bodies if clients > 1 else bodies[: len(bodies) // 4]
                    took = asyncio.run(post_all(port, "/v1/articles?report=false", sent, clients))
                    found.append(len(sent) / took)
    figures: dict[str, Any] = {"a flush of this disk, ms": _flush_ms(folder)}
    for clients in CLIENTS:
        written, fsync = (median(rates[kind][clients]) for kind in ("written", "fsync"))
        figures[f"{clients} clients"] = {
            "written, a second": round(written),
            "fsync, a second": round(fsync),
            "share kept": round(fsync / written, 3),
            "all runs": {kind: [round(rate) for rate in rates[kind][clients]] for kind in rates},
        }
    return figures


def _flush_ms(folder: Path | None) -> float:
    took = []
    with TemporaryDirectory(dir=folder) as where, (Path(where) / "file").open("ab") as file:
        for _ in range(FLUSHES):
            file.write(b"x" * 2_000)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return round(median(took) * 1000, 2)
