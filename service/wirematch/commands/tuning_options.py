"""The options of ``wirematch tune`` and ``wirematch explain``; what they need takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options import AsJson, DataDir, RedisUrl


def tune(  # noqa: PLR0913 - its options
    pairs: Annotated[
        str,
        typer.Option(
            "--pairs", metavar="FILE", help="Labelled pairs, a line of JSON each, or the review page's file; or '-'."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write what helps; by default WIREMATCH_TUNING_FILE, if set."),
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Also draw the curve into this file.")] = None,
    false_alarm: Annotated[
        float, typer.Option("--false-alarm", min=0.01, max=100, help="What a false alarm costs, a miss being 1.")
    ] = 2.0,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", min=0.01, max=0.99, help="Write this threshold, whatever the pairs say."),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Compare as if nothing were stored; opens no index.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Show how a desk's own labelled pairs are decided at each threshold, and write what does better.

    Exit status 1: the shipped numbers do as well, and nothing is written.
    """
    from wirematch.commands import tune as command
    from wirematch.commands.local_index import read_settings

    options = command.TuneOptions(false_alarm, threshold, alone, output, svg, as_json)
    if not command.tune_on(pairs, options, read_settings(data_dir, redis_url)):
        raise typer.Exit(1)


def explain(
    submission: Annotated[
        str, typer.Argument(metavar="SUBMISSION", help="The article in question: a file, '-', or a stored id.")
    ],
    story: Annotated[str, typer.Argument(metavar="STORY", help="The story that it may derive from, likewise.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Say in words why an article was matched with a story, or was not: what speaks for it, and what against."""
    from wirematch.commands import explain as command
    from wirematch.commands.local_index import read_settings

    command.explain(submission, story, read_settings(data_dir, redis_url), as_json=as_json)
