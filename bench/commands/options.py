"""Shared options of the commands: the folder of labelled articles, and where results go."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bench.commands.tables import print_figures

DataFolder = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, envvar="WIREMATCH_DATA", help="Labelled articles.")
]
SomeArticles = Annotated[
    Path | None,
    typer.Option("--data", exists=True, file_okay=False, help="Labelled articles, to measure real ones, too."),
]
Beside = Annotated[
    Path | None, typer.Option("--beside", exists=True, file_okay=False, help="Another commit, set up there.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]


def write(figures: dict[str, Any], json_file: Path | None) -> None:
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def report(title: str, measure: Callable[[], dict[str, Any]], json_file: Path | None) -> None:
    started = time.monotonic()
    figures = measure() | {"load": os.getloadavg()}
    figures["seconds"] = round(time.monotonic() - started, 1)
    print_figures(Console(width=120), title, figures)
    write(figures, json_file)
