"""The size of a fresh installation and the command's start-up time, in an environment made for the measurement."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.serving.processes import free_port, running

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "building", "service", "wirematch_client")
DATA_SUFFIXES = (".json", ".lua", ".tsv")


def measure_startup(runs: int) -> dict[str, Any]:
    """Size in MB and number of packages after ``pip install .``, and medians of ``runs`` start-up times in seconds.

    A start is timed from the start of the process: ``--version`` and ``--help`` until they exit, ``serve`` until
    ``/readyz`` answers 200, with the embedded Valkey and the demo's stories stored. CPU time is reported, too, as it
    depends less on other load.
    """
    with TemporaryDirectory(prefix="wirematch-startup-") as folder:
        environment = Path(folder) / "environment"
        python = _install(ROOT, SOURCES, environment)
        package = next(environment.glob("lib/python*/site-packages/wirematch"))
        figures: dict[str, Any] = {
            "environment, MB": _megabytes(environment),
            "packages": _packages(python),
            "data files": sum(path.suffix in DATA_SUFFIXES for path in package.rglob("*")),
            "client alone, MB": _client_megabytes(Path(folder) / "client"),
        }
        command = str(python.with_name("wirematch"))
        for name, arguments in {
            "--version": [command, "--version"],
            "python -m wirematch --version": [str(python), "-m", "wirematch", "--version"],
            "--help": [command, "--help"],
        }.items():
            figures[name] = _medians(runs, partial(_ended, arguments))
        data = Path(folder) / "data"
        stories = sorted(map(str, (ROOT / "demo" / "stories").glob("*/wire.json")))
        _run([command, "add", *stories, "--data-dir", str(data)])
        figures["serve until ready"] = _medians(runs, partial(_ready, command, data))
        return figures


def _install(source: Path, parts: tuple[str, ...], environment: Path) -> Path:
    """Install the package into a new environment and return its interpreter; ``source`` is left unchanged."""
    copy = environment.with_name(f"{environment.name}-source")
    copy.mkdir()
    for part in parts:
        if (source / part).is_dir():
            shutil.copytree(source / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source / part, copy / part)
    _run([sys.executable, "-m", "venv", "--without-pip", str(environment)])
    python = environment / "bin" / "python"
    _run([sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", str(copy)])
    return python


def _client_megabytes(environment: Path) -> float:
    files = tuple(
        path.name for path in (ROOT / "wirematch_client").iterdir() if path.suffix in {".py", ".toml", ".typed"}
    )
    python = _install(ROOT / "wirematch_client", files, environment)
    _run([str(python), "-c", "from wirematch_client import Client; Client().close()"])
    return _megabytes(environment)


def _packages(python: Path) -> int:
    listed = _run([sys.executable, "-m", "pip", "--python", str(python), "list", "--format", "json"])
    return len(json.loads(listed))


def _megabytes(folder: Path) -> float:
    """Return the size of all files."""
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return round(sum(sizes) / 1e6, 1)


def _medians(runs: int, start: Callable[[], float]) -> dict[str, float]:
    """Time ``start``, which returns the ``time.perf_counter`` at which the process was up."""
    times, processor = [], []
    for _ in range(runs):
        before, started = _processor_seconds(), time.perf_counter()
        times.append(start() - started)
        processor.append(_processor_seconds() - before)
    return {"s": round(median(times), 3), "processor s": round(median(processor), 3)}


def _processor_seconds() -> float:
    """CPU seconds of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ended(command: list[str]) -> float:
    _run(command)
    return time.perf_counter()


def _ready(command: str, data: Path) -> float:
    port = free_port()
    arguments = [command, "serve", "--port", str(port), "--data-dir", str(data)]
    with running(arguments, {}, f"http://127.0.0.1:{port}/readyz"):
        return time.perf_counter()


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - our own
