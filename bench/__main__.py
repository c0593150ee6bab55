"""``python -m bench``: measurements that anyone can repeat."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.accuracy import measure_accuracy
from bench.composites import measure_composites
from bench.data import load, load_judged
from bench.judged import measure_judged
from bench.tables import print_accuracy
from bench.train import train

app = typer.Typer(help="Measure Wirematch.", no_args_is_help=True, add_completion=False)
DataFolder = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, envvar="WIREMATCH_DATA", help="Labelled articles.")
]


@app.command("accuracy")
def accuracy(
    data: DataFolder,
    all_pairs: Annotated[
        bool, typer.Option("--all", help="Score all pairs of a folder that was never trained on, not its test split.")
    ] = False,
    composites: Annotated[
        bool, typer.Option("--composites", help="Also share out articles put together from several stories.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Finding, decision and the textbook baselines, on labelled articles through a real store."""
    started = time.monotonic()
    corpus = load(data)
    figures = measure_accuracy(corpus, all_pairs=all_pairs)
    if judged := load_judged(data):
        figures["judged"] = measure_judged(corpus, judged)
    if composites:
        figures["composites"] = measure_composites(corpus)
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_accuracy(Console(width=120), figures)
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


@app.command("train")
def train_model(
    data: DataFolder,
    out: Annotated[Path | None, typer.Option(help="Folder for the two files, the package itself by default.")] = None,
) -> None:
    """Make the word table and the derivation model that ship with the package."""
    Console().print(train(data, out))


if __name__ == "__main__":
    app()
