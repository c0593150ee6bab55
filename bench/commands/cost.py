"""Commands that measure cost: time, memory, disk and start-up."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.accuracy.replay import measure_replay
from bench.commands.options import Beside, DataFolder, JsonFile, SomeArticles, report, write
from bench.commands.tables import print_kernels
from bench.cost.access import measure_access
from bench.cost.backup import measure_backup
from bench.cost.capacity import costs_of, measure_capacity
from bench.cost.durability import measure_durability
from bench.cost.in_process import measure_speed
from bench.cost.over_http import measure_over_http
from bench.cost.overload import measure_overload
from bench.cost.reports import STORED, measure_reports
from bench.cost.scale import measure_scale
from bench.cost.startup import measure_startup
from bench.cost.streams import measure_streams
from bench.data.corpus import load
from bench.profiling.kernels import measure_kernels
from bench.profiling.profile import measure_profile

Workers = Annotated[int, typer.Option(min=1, help="Service processes; in bulk, one stream to each.")]

cost = typer.Typer()


@cost.command("speed")
def speed(
    articles: Annotated[int, typer.Option(min=1_000, help="Synthetic stories stored beforehand.")] = 100_000,
    data: SomeArticles = None,
    json_file: JsonFile = None,
) -> None:
    """Measure signing, storing and look-ups, each beside stock datasketch on the same Valkey."""
    report("Speed", lambda: measure_speed(articles, load(data) if data else None), json_file)


@cost.command("over-http")
def over_http(  # noqa: PLR0913 - its options
    articles: Annotated[int, typer.Option(min=5_000, help="Synthetic stories stored beforehand.")] = 100_000,
    streamed: Annotated[int, typer.Option(min=300, help="Synthetic stories checked and added in each run.")] = 5_000,
    runs: Annotated[int, typer.Option(min=1, help="Runs, whose medians are printed.")] = 3,
    workers: Workers = 2,
    data: SomeArticles = None,
    json_file: JsonFile = None,
) -> None:
    """Measure checking and adding over HTTP, beside a minimal service with stock datasketch on the same Valkey."""
    report(
        "Over HTTP",
        lambda: measure_over_http(articles, streamed, workers, runs, load(data) if data else None),
        json_file,
    )


@cost.command("streams")
def streams(  # noqa: PLR0913 - its options
    data: DataFolder,
    runs: Annotated[int, typer.Option(min=1, help="Runs, whose medians are printed.")] = 3,
    workers: Workers = 2,
    beside: Beside = None,
    stories: Annotated[int, typer.Option(min=1, help="Stories checked and added.")] = 1_000,
    checks: Annotated[int, typer.Option(min=1, help="Single checks, after as many to warm up.")] = 200,
    json_file: JsonFile = None,
) -> None:
    """Measure checking and adding real stories over HTTP with 16,000 stored, and single checks; --beside in turns."""
    report("Streams", lambda: measure_streams(load(data), runs, workers, beside, stories, checks), json_file)


@cost.command("replay")
def replay(  # noqa: PLR0913 - its options
    data: DataFolder,
    beside: Beside = None,
    stories: Annotated[int, typer.Option(min=1, help="Stories decided in bulk.")] = 640,
    checks: Annotated[int, typer.Option(min=1, help="Stories checked one by one, with evidence.")] = 160,
    pairs: Annotated[int | None, typer.Option(min=1, help="Pairs labelled by people; by default all.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Compare decisions, reports and judgements, byte by byte, with those of another commit or of the Python path."""
    report("Replay", lambda: measure_replay(load(data), data, beside, stories, checks, pairs), json_file)


@cost.command("scale")
def scale(
    articles: Annotated[int, typer.Option(min=10_000, help="Synthetic stories stored.")] = 1_000_000,
    workers: Workers = 2,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--keep", file_okay=False, help="Folder that keeps the index; one already there is measured again."
        ),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure memory, look-ups, single checks and start-up, at a tenth of the size and at full size."""
    report(
        "Scale", lambda: measure_scale(articles, workers, kept, lambda figures: write(figures, json_file)), json_file
    )


@cost.command("capacity")
def capacity(
    scale_file: Annotated[Path, typer.Option("--scale", exists=True, dir_okay=False, help="JSON of bench scale.")],
    streams_file: Annotated[
        Path, typer.Option("--streams", exists=True, dir_okay=False, help="JSON of bench streams.")
    ],
    json_file: JsonFile = None,
) -> None:
    """Compute what 1, 10 and 100 million stories and 100 to 10,000 articles a second need."""
    costs = costs_of(json.loads(scale_file.read_text()), json.loads(streams_file.read_text()))
    report("Capacity", lambda: measure_capacity(costs), json_file)


@cost.command("access")
def access(
    articles: Annotated[int, typer.Option(min=100, help="Synthetic stories stored.")] = 2_000,
    json_file: JsonFile = None,
) -> None:
    """Measure the CPU time of API keys and rate limits, as a share of that of a check."""
    report("Access", lambda: measure_access(articles), json_file)


@cost.command("overload")
def overload(
    stored: Annotated[int, typer.Option(min=100, help="Stories stored.")] = 4_000,
    seconds: Annotated[float, typer.Option(min=1, help="Duration of each part.")] = 10.0,
    data: SomeArticles = None,
    workers: Workers = 1,
    json_file: JsonFile = None,
) -> None:
    """Send checks at 3 and at 10 times the service's capacity: goodput, delays, and whether it still reports live."""
    report("Overload", lambda: measure_overload(stored, seconds, load(data) if data else None, workers), json_file)


@cost.command("durability")
def durability(
    articles: Annotated[int, typer.Option(min=100, help="Synthetic stories stored in each run.")] = 4_000,
    runs: Annotated[int, typer.Option(min=1, help="Runs.")] = 3,
    folder: Annotated[Path | None, typer.Option(exists=True, help="Folder on the disk to measure.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure the cost of acknowledging nothing before it is on disk."""
    report("Durability", lambda: measure_durability(articles, runs, folder), json_file)


@cost.command("backup")
def backup(
    articles: Annotated[int, typer.Option(min=1_000, help="Synthetic stories stored.")] = 100_000,
    checks: Annotated[int, typer.Option(min=1, help="Articles whose reports are compared.")] = 500,
    kept: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder that keeps everything; an interrupted run is continued."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Back up and restore into an empty server: seconds, bytes, and how many reports are equal."""
    report("Backup", lambda: measure_backup(articles, checks, kept), json_file)


@cost.command("reports")
def reports(
    data: DataFolder,
    stored: Annotated[int, typer.Option(min=100, help="Real stories stored; every sixteenth is requested.")] = STORED,
    json_file: JsonFile = None,
) -> None:
    """Measure the page of a stored article: its report, its pickups, its cluster."""
    report("Reports of stored articles", lambda: measure_reports(load(data), stored), json_file)


@cost.command("startup")
def startup(
    runs: Annotated[int, typer.Option(min=1, help="Starts of each kind; the medians are printed.")] = 7,
    json_file: JsonFile = None,
) -> None:
    """Measure the size of a fresh ``pip install .``, and the time of ``--version`` and until ``serve`` is ready."""
    report("Start-up", lambda: measure_startup(runs), json_file)


@cost.command("kernels")
def kernels(
    data: SomeArticles = None,
    json_file: JsonFile = None,
) -> None:
    """Time each compiled kernel beside its Python reference: microseconds a text or a pair."""
    started = time.monotonic()
    figures = measure_kernels(load(data) if data else None) | {"load": os.getloadavg()}
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_kernels(Console(width=120), figures)
    write(figures, json_file)


@cost.command("profile")
def profile(
    data: DataFolder,
    stored: Annotated[int, typer.Option(min=100, help="Real stories stored beforehand.")] = 16_000,
    stories: Annotated[int, typer.Option(min=64, help="Stories checked, and as many added in bulk.")] = 500,
    json_file: JsonFile = None,
) -> None:
    """Profile checks of real stories, one by one and in bulk."""
    report("Where the time goes", lambda: measure_profile(load(data), stored, stories), json_file)
