"""``python -m bench``: measurements that anyone can repeat."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.access import measure_access
from bench.accuracy import ACCURACY_PARTS, measure_accuracy
from bench.backup import measure_backup
from bench.capacity import costs_of, measure_capacity
from bench.composites import measure_composites
from bench.data import load, load_judged
from bench.dedupe import measure_dedupe
from bench.durability import measure_durability
from bench.imprints import measure_imprints
from bench.judged import measure_judged
from bench.kernels import measure_kernels
from bench.originals import measure_originals
from bench.over_http import measure_over_http
from bench.overload import measure_overload
from bench.profile import measure_profile
from bench.replay import measure_replay
from bench.reports import STORED, measure_reports
from bench.robustness import PARTS, measure_robustness
from bench.samplings import measure_samplings
from bench.scale import measure_scale
from bench.speed import measure_speed
from bench.startup import measure_startup
from bench.streams import measure_streams
from bench.tables import print_accuracy, print_figures, print_kernels, print_robustness, print_translated
from bench.train import train
from bench.train_translated import train_translated
from bench.translated import TRANSLATED_PARTS, measure_translated
from bench.tuning import measure_tuning, print_tuning_figures
from bench.words import make_words

TRANSLATED_MODEL = Path(__file__).parents[1] / "service" / "wirematch" / "matching" / "translated.json"

ALL_ACCURACY_PARTS = (*ACCURACY_PARTS, "judged", "composites")

app = typer.Typer(help="Measure Wirematch.", no_args_is_help=True, add_completion=False)
DataFolder = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, envvar="WIREMATCH_DATA", help="Labelled articles.")
]


@app.command("accuracy")
def accuracy(  # noqa: PLR0913 - options of a command
    data: DataFolder,
    all_pairs: Annotated[
        bool, typer.Option("--all", help="Score all pairs of a folder that was never trained on, not its test split.")
    ] = False,
    composites: Annotated[
        bool, typer.Option("--composites", help="Also share out articles put together from several stories.")
    ] = False,
    part: Annotated[
        list[str] | None, typer.Option("--part", help=f"Only these: {', '.join(ALL_ACCURACY_PARTS)}.")
    ] = None,
    dev: Annotated[bool, typer.Option(help="Score unread judged pairs, too, where the folder has them.")] = True,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Finding, decision and the textbook baselines, on labelled articles through a real store."""
    started = time.monotonic()
    corpus = load(data)
    parts = part or [*ACCURACY_PARTS, "judged"]
    figures = measure_accuracy(corpus, all_pairs=all_pairs, parts=parts)
    if "judged" in parts and load_judged(data):
        figures["judged"] = measure_judged(corpus, data, dev=dev)
    if composites or "composites" in parts:
        figures["composites"] = measure_composites(corpus)
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_accuracy(Console(width=120), figures)
    _write(figures, json_file)


def _write(figures: dict[str, Any], json_file: Path | None) -> None:
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


Workers = Annotated[int, typer.Option(min=1, help="Processes that answer; in bulk, each with a stream.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]


@app.command("speed")
def speed(
    articles: Annotated[
        int, typer.Option(min=1_000, help="Synthetic stories stored before anything is asked.")
    ] = 100_000,
    data: Annotated[
        Path | None,
        typer.Option("--data", exists=True, file_okay=False, help="Labelled articles, to measure real ones, too."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Signing, storing and looking up, each beside stock datasketch on the same Valkey."""
    _tell("Speed", lambda: measure_speed(articles, load(data) if data else None), json_file)


@app.command("over-http")
def over_http(  # noqa: PLR0913 - its options
    articles: Annotated[int, typer.Option(min=5_000, help="Made-up stories stored before anything is sent.")] = 100_000,
    streamed: Annotated[int, typer.Option(min=300, help="Made-up stories checked and added in each run.")] = 5_000,
    runs: Annotated[int, typer.Option(min=1, help="The medians are printed.")] = 3,
    workers: Workers = 2,
    data: Annotated[
        Path | None,
        typer.Option("--data", exists=True, file_okay=False, help="Labelled articles, to measure real ones, too."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Checking and adding over HTTP, beside a minimal service over stock datasketch on the same Valkey."""
    _tell(
        "Over HTTP",
        lambda: measure_over_http(articles, streamed, workers, runs, load(data) if data else None),
        json_file,
    )


@app.command("streams")
def streams(  # noqa: PLR0913 - its options
    data: DataFolder,
    runs: Annotated[int, typer.Option(min=1, help="The medians are printed.")] = 3,
    workers: Workers = 2,
    beside: Annotated[
        Path | None,
        typer.Option(
            "--beside", exists=True, file_okay=False, help="Another commit, set up there, in turns with this."
        ),
    ] = None,
    stories: Annotated[int, typer.Option(min=1, help="Checked and added.")] = 1_000,
    checks: Annotated[int, typer.Option(min=1, help="One by one, after as many others.")] = 200,
    json_file: JsonFile = None,
) -> None:
    """Real stories checked and added over HTTP with 16,000 stored, and single checks."""
    _tell("Streams", lambda: measure_streams(load(data), runs, workers, beside, stories, checks), json_file)


@app.command("replay")
def replay(  # noqa: PLR0913 - its options
    data: DataFolder,
    beside: Annotated[
        Path | None,
        typer.Option("--beside", exists=True, file_okay=False, help="Another commit, set up there; else Python."),
    ] = None,
    stories: Annotated[int, typer.Option(min=1, help="Decided in bulk.")] = 640,
    checks: Annotated[int, typer.Option(min=1, help="One by one, with evidence.")] = 160,
    pairs: Annotated[int | None, typer.Option(min=1, help="Pairs that people read; by default all.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Whether decisions, reports and judgements are those of another commit, or of Python, to the last byte."""
    _tell("Replay", lambda: measure_replay(load(data), data, beside, stories, checks, pairs), json_file)


@app.command("translated")
def translated(  # noqa: PLR0913 - its options
    data: DataFolder,
    languages: Annotated[str, typer.Option(help="Codes with commas between.")] = "es,fr,it",
    engines: Annotated[str, typer.Option(help="Best first, with commas between.")] = "apertium,gloss",
    most: Annotated[int | None, typer.Option(min=2, help="Articles a language; by default all.")] = None,
    parts: Annotated[str, typer.Option(help="What to measure, with commas between.")] = ",".join(TRANSLATED_PARTS),
    json_file: JsonFile = None,
) -> None:
    """Translations by professionals checked against the originals over HTTP, both ways, whole and by halves."""
    figures = measure_translated(data, languages.split(","), engines.split(","), most, parts.split(","))
    print_translated(Console(width=150), figures)
    _write(figures, json_file)


@app.command("train-translated")
def training_translated(data: DataFolder, json_file: JsonFile = None) -> None:
    """Fit the stage for texts that are read in translation; takes minutes, most of them Apertium's."""
    _tell("Translated pairs", lambda: train_translated(data, TRANSLATED_MODEL), json_file)


@app.command("samplings")
def samplings(
    data: DataFolder,
    others: Annotated[int, typer.Option(min=1, help="Rewrites looked up beside those of the test split.")] = 2_000,
    json_file: JsonFile = None,
) -> None:
    """What samplings of shingles find with how many postings, and what the sieve says by sketches."""
    _tell("Samplings", lambda: measure_samplings(load(data), others), json_file)


@app.command("tune")
def tuning(
    data: DataFolder,
    seed: Annotated[int, typer.Option(help="Which half is tuned on.")] = 1,
    unread: Annotated[
        bool, typer.Option(help="Also with scores of stages that did not read the pair; takes minutes.")
    ] = True,
    json_file: JsonFile = None,
) -> None:
    """Tune on half of the pairs that people read, and decide the other half."""
    figures = measure_tuning(data, seed, unread=unread)
    print_tuning_figures(Console(width=120), figures)
    _write(figures, json_file)


@app.command("scale")
def scale(
    articles: Annotated[int, typer.Option(min=10_000, help="Synthetic stories stored.")] = 1_000_000,
    workers: Workers = 2,
    kept: Annotated[
        Path | None,
        typer.Option("--keep", file_okay=False, help="Keep the index in this folder; measure again the one in it."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Memory, lookups, single checks and the time to start, at a tenth of the size and at all of it."""
    _tell(
        "Scale", lambda: measure_scale(articles, workers, kept, lambda figures: _write(figures, json_file)), json_file
    )


@app.command("capacity")
def capacity(
    scale_file: Annotated[Path, typer.Option("--scale", exists=True, dir_okay=False, help="JSON of bench scale.")],
    streams_file: Annotated[
        Path, typer.Option("--streams", exists=True, dir_okay=False, help="JSON of bench streams.")
    ],
    json_file: JsonFile = None,
) -> None:
    """What 1, 10 and 100 million stories and 100 to 10,000 articles a second need, by computation."""
    costs = costs_of(json.loads(scale_file.read_text()), json.loads(streams_file.read_text()))
    _tell("Capacity", lambda: measure_capacity(costs), json_file)


@app.command("access")
def access(
    articles: Annotated[int, typer.Option(min=100, help="Synthetic stories stored.")] = 2_000,
    json_file: JsonFile = None,
) -> None:
    """CPU time of keys and limits, as a share of that of a check."""
    _tell("Access", lambda: measure_access(articles), json_file)


@app.command("overload")
def overload(
    stored: Annotated[int, typer.Option(min=100, help="Stories stored.")] = 4_000,
    seconds: Annotated[float, typer.Option(min=1, help="Of each part.")] = 10.0,
    data: Annotated[
        Path | None,
        typer.Option("--data", exists=True, file_okay=False, help="Labelled articles, to ask with real ones."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
    json_file: JsonFile = None,
) -> None:
    """Checks at 3 and at 10 times what the service can do: goodput, delays, and whether it still says that it lives."""
    _tell("Overload", lambda: measure_overload(stored, seconds, load(data) if data else None, workers), json_file)


@app.command("imprints")
def imprints(data: DataFolder, json_file: JsonFile = None) -> None:
    """What it changes that texts are not kept (WIREMATCH_STORE_TEXT=false), on the labelled articles' test split."""
    _tell("Imprints", lambda: measure_imprints(load(data)), json_file)


@app.command("durability")
def durability(
    articles: Annotated[int, typer.Option(min=100, help="Synthetic stories stored in each run.")] = 4_000,
    runs: Annotated[int, typer.Option(min=1)] = 3,
    folder: Annotated[Path | None, typer.Option(exists=True, help="On the disk that is to be measured.")] = None,
    json_file: JsonFile = None,
) -> None:
    """What it costs that nothing is acknowledged before it is on the disk."""
    _tell("Durability", lambda: measure_durability(articles, runs, folder), json_file)


@app.command("backup")
def backup(
    articles: Annotated[int, typer.Option(min=1_000, help="Synthetic stories that are stored.")] = 100_000,
    checks: Annotated[int, typer.Option(min=1, help="Articles whose reports are compared.")] = 500,
    kept: Annotated[
        Path | None, typer.Option(file_okay=False, help="Keep everything here; an interrupted run is gone on with.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """A backup, restored into an empty server: seconds, bytes, and how many reports are equal."""
    _tell("Backup", lambda: measure_backup(articles, checks, kept), json_file)


@app.command("dedupe")
def dedupe(data: DataFolder, json_file: JsonFile = None) -> None:
    """What ``wirematch dedupe`` drops of the background stories with copies planted among them, and how fast."""
    _tell("Dedupe", lambda: measure_dedupe(load(data)), json_file)


@app.command("originals")
def originals(
    runs: Annotated[int, typer.Option(min=1)] = 20,
    articles: Annotated[int, typer.Option(min=10, help="Articles a run.")] = 2_000,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help="A Redis or cluster, else one of its own.")
    ] = None,
    shards: Annotated[int, typer.Option(min=1, help="Parts of the index.")] = 1,
    json_file: JsonFile = None,
) -> None:
    """Equal and near-equal articles posted at once by 32 clients to two processes: one original a group, every time?"""
    _tell("Originals", lambda: measure_originals(runs, articles, redis_url, shards), json_file)


@app.command("robustness")
def robustness(  # noqa: PLR0913 - options of a command
    data: DataFolder,
    stored: Annotated[int, typer.Option(min=1_000, help="Stories stored before anything is asked.")] = 4_000,
    cases: Annotated[int, typer.Option(min=10, help="Texts of each kind.")] = 120,
    part: Annotated[list[str] | None, typer.Option("--part", help=f"Only these tables: {', '.join(PARTS)}.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only rows whose names begin like this.")] = None,
    json_file: JsonFile = None,
) -> None:
    """Excerpts, noise and evasion, short texts and other languages: what becomes of each, through a real store."""
    started = time.monotonic()
    figures = measure_robustness(load(data), stored=stored, cases=cases, parts=part or PARTS, only=only or [""])
    figures |= {"load": os.getloadavg(), "seconds": round(time.monotonic() - started, 1)}
    print_robustness(Console(width=140), figures)
    _write(figures, json_file)


@app.command("reports")
def reports(
    data: DataFolder,
    stored: Annotated[int, typer.Option(min=100, help="Real stories stored; every sixteenth is asked for.")] = STORED,
    json_file: JsonFile = None,
) -> None:
    """What the page of a stored article takes to make: its report, its pickups, its cluster."""
    _tell("Reports of stored articles", lambda: measure_reports(load(data), stored), json_file)


@app.command("startup")
def startup(
    runs: Annotated[int, typer.Option(min=1, help="Starts of each kind; the medians are printed.")] = 7,
    json_file: JsonFile = None,
) -> None:
    """Size of a fresh ``pip install .``, the time of ``wirematch --version``, and until ``serve`` is ready."""
    _tell("Start-up", lambda: measure_startup(runs), json_file)


def _tell(title: str, measure: Callable[[], dict[str, Any]], json_file: Path | None) -> None:
    started = time.monotonic()
    figures = measure() | {"load": os.getloadavg()}
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_figures(Console(width=120), title, figures)
    _write(figures, json_file)


@app.command("train")
def train_model(
    data: DataFolder,
    out: Annotated[Path | None, typer.Option(help="Folder for the two files, the package itself by default.")] = None,
) -> None:
    """Make the word table and the derivation model that ship with the package."""
    Console().print(train(data, out))


@app.command("kernels")
def kernels(
    data: Annotated[
        Path | None,
        typer.Option("--data", exists=True, file_okay=False, help="Labelled articles, to measure real ones, too."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """What each compiled kernel takes beside its Python reference: microseconds a text or a pair."""
    started = time.monotonic()
    figures = measure_kernels(load(data) if data else None) | {"load": os.getloadavg()}
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_kernels(Console(width=120), figures)
    _write(figures, json_file)


@app.command("profile")
def profile(
    data: DataFolder,
    stored: Annotated[int, typer.Option(min=100, help="Real stories stored before anything is asked.")] = 16_000,
    stories: Annotated[int, typer.Option(min=64, help="Stories checked, and as many added in bulk.")] = 500,
    json_file: JsonFile = None,
) -> None:
    """Where the time goes when real stories are checked, one by one and in bulk."""
    _tell("Where the time goes", lambda: measure_profile(load(data), stored, stories), json_file)


@app.command("words")
def words(
    data: DataFolder,
    out: Annotated[Path | None, typer.Option(help="Folder for the file, the package itself by default.")] = None,
) -> None:
    """Make the list of common words that ships with the package."""
    Console().print(make_words(load(data), out))


if __name__ == "__main__":
    app()
