"""Real stories by bulk streams and single checks, taking turns with an earlier commit on the same machine."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench.commands.tables import medians
from bench.cost.in_process import server_seconds
from bench.data.corpus import Corpus
from bench.serving.client import bulk, post, post_all
from bench.serving.processes import free_port, processor_seconds, running
from wirematch.index.embedded.store import EmbeddedStore

STORED = 16_000
THIS = [sys.executable, "-m", "wirematch.cli"]


def measure_streams(  # noqa: PLR0913 - what may be chosen
    corpus: Corpus, runs: int, workers: int, beside: Path | None, streamed: int, checked: int
) -> dict[str, Any]:
    """Return medians of ``runs``, with the extremes; ``beside`` is a folder with another commit set up."""
    lines = [json.dumps({"id": row["id"], "body": row["text"]}).encode() + b"\n" for row in corpus.background]
    stored, coming = lines[:STORED], lines[STORED : STORED + streamed]
    others = corpus.background[STORED + streamed :][: 2 * checked]
    asked = [json.dumps({"body": row["text"]}).encode() for row in others]
    found: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as temporary:
        folder = Path(temporary)
        programs = {"this": THIS}
        if beside is not None:
            programs["beside"] = [str(beside.absolute() / ".venv/bin/wirematch")]
        for name, program in programs.items():
            store(folder / name, program, stored)
        for _ in range(runs):
            for name, program in programs.items():
                shutil.copytree(folder / name, folder / "copy")
                found.setdefault(name, []).append(_run(folder / "copy", program, workers, coming, asked))
                shutil.rmtree(folder / "copy")
    figures: dict[str, Any] = {name: medians(rows) for name, rows in found.items()}
    if beside is not None:
        figures["times_beside"] = _ratios(figures["this"], figures["beside"])
    return {"stored": STORED, "streamed": streamed, "workers": workers, "runs": runs, **figures}


def store(folder: Path, program: Sequence[str], lines: Sequence[bytes]) -> None:
    """Store articles (JSON lines) in a folder without decisions. Raises RuntimeError if one is not stored."""
    with EmbeddedStore(folder) as store, ExitStack() as stack:
        port, _ = serve(stack, program, store)
        _, summary = asyncio.run(bulk(port, lines, "?report=false"))
        if summary["problems"]:
            raise RuntimeError(f"{summary['problems']} stories were not stored")


def serve(
    stack: ExitStack, program: Sequence[str], index: EmbeddedStore, settings: dict[str, str] | None = None
) -> tuple[int, int]:
    """Run a service with these settings until ``stack`` closes; return its port and process id."""
    port = free_port()
    command = [*program, "serve", "--port", str(port), "--redis-url", index.url]
    # Another commit must not import this one's modules.
    environment = (settings or {}) | ({} if program is THIS else {"PYTHONPATH": ""})
    process = stack.enter_context(running(command, environment, f"http://127.0.0.1:{port}/readyz"))
    return port, process.pid


def _run(
    folder: Path, program: Sequence[str], workers: int, streamed: Sequence[bytes], checked: Sequence[bytes]
) -> dict[str, float]:
    with EmbeddedStore(folder) as store, ExitStack() as stack:
        services = [serve(stack, program, store) for _ in range(workers)]
        used = _processor_seconds(store, (pid for _, pid in services))
        took = asyncio.run(_stream([port for port, _ in services], streamed))
        used = _processor_seconds(store, (pid for _, pid in services)) - used
        half = len(checked) // 2
        asyncio.run(post_all(services[0][0], "/v1/check", checked[:half], 1))
        check = asyncio.run(_check(services[0][0], checked[half:]))
    return {
        "a_second": len(streamed) / took,
        "processor_ms_each": 1000 * used / len(streamed),
        "check_p50_ms": median(check),
    }


async def _stream(ports: Sequence[int], lines: Sequence[bytes]) -> float:
    """Return the seconds for all lines, with a stream to each service."""
    started = time.perf_counter()
    answers = await asyncio.gather(*(bulk(port, lines[at :: len(ports)]) for at, port in enumerate(ports)))
    took = time.perf_counter() - started
    if problems := sum(summary["problems"] for _, summary in answers):
        raise RuntimeError(f"{problems} stories were not stored")
    return took


async def _check(port: int, contents: Sequence[bytes]) -> list[float]:
    """Return the milliseconds of each check, one after the other."""
    stream = await asyncio.open_connection("127.0.0.1", port)
    took = []
    for content in contents:
        started = time.perf_counter()
        await post(stream, "/v1/check", content)
        took.append((time.perf_counter() - started) * 1000)
    stream[1].close()
    return took


def _processor_seconds(store: EmbeddedStore, pids: Iterable[int]) -> float:
    """Return the CPU seconds of the services and the server."""
    return server_seconds(store.url) + sum(map(processor_seconds, pids))


def _ratios(ours: dict[str, dict[str, float]], others: dict[str, dict[str, float]]) -> dict[str, float]:
    """Return ratios in our favour: of rates ours to theirs, of times theirs to ours."""
    return {
        "a_second": round(ours["a_second"]["median"] / others["a_second"]["median"], 2),
        "processor_ms_each": round(others["processor_ms_each"]["median"] / ours["processor_ms_each"]["median"], 2),
        "check_p50_ms": round(others["check_p50_ms"]["median"] / ours["check_p50_ms"]["median"], 2),
    }
