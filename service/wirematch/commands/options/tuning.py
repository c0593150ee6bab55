"""The options of ``wirematch tune`` and ``wirematch explain``; what they need takes long to import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options.shared import AsJson, Charset, DataDir, FormatName, IsStrict, RedisUrl, read_settings


def tune(  # noqa: PLR0913 - its options
    pairs: Annotated[
        str,
        typer.Option(
            "--pairs",
            metavar="FILE",
            help="Labelled pairs as JSON lines, such as the review page's file; '-' is standard input.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File for the tuning, if one helps. By default WIREMATCH_TUNING_FILE, if set."
        ),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", help="Also draw the precision and recall curve into this file.")
    ] = None,
    false_alarm: Annotated[
        float, typer.Option("--false-alarm", min=0.01, max=100, help="Cost of a false positive, relative to a miss.")
    ] = 2.0,
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", min=0.01, max=0.99, help="Write this threshold, whatever the pairs say."),
    ] = None,
    alone: Annotated[
        bool,
        typer.Option("--alone", help="Compare each pair without the stored articles of its event; opens no index."),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Tune to a desk's labelled pairs: show precision and recall, and write a better threshold.

    Exit status 1: nothing does better than the shipped numbers, and nothing is written.
    """
    from wirematch.commands import tune as command

    options = command.TuneOptions(false_alarm, threshold, alone, output, svg, as_json)
    if not command.tune_on(pairs, options, read_settings(data_dir, redis_url)):
        raise typer.Exit(1)


def explain(  # noqa: PLR0913 - its options
    submission: Annotated[
        str, typer.Argument(metavar="SUBMISSION", help="Article to judge: a file, '-', or the id of a stored article.")
    ],
    story: Annotated[
        str,
        typer.Argument(
            metavar="STORY", help="Story that it may derive from: a file, '-', or the id of a stored article."
        ),
    ],
    format_name: FormatName = None,
    charset: Charset = None,
    strict: IsStrict = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """Explain in words why an article was or was not matched with a story."""
    from wirematch.commands import explain as command
    from wirematch.commands.files import ReadOptions

    options = ReadOptions(format_name, charset=charset, strict=strict)
    command.explain(submission, story, options, read_settings(data_dir, redis_url), as_json=as_json)
