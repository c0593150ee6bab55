"""The options of ``wirematch dedupe``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.pipelines.decision_order import weakest
from wirematch.presentation.standard_output import file_to_write

_OUTPUT, _FIELDS, _INDEX = "Output", "Fields of a row; dots lead into nested objects", "Index that decides"


def dedupe(  # noqa: PLR0913 - its options
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="JSON lines, news documents or web archives, compressed or not; folders of these; pipes; '-' for "
            "standard input.",
        ),
    ],
    format_name: Annotated[
        str | None,
        typer.Option("--format", help="Format of all inputs: ndjson, warc, or one that 'wirematch add' knows."),
    ] = None,
    charset: Annotated[
        str | None,
        typer.Option(help="Encoding of all inputs, such as cp437; by default detected. HTML pages declare their own."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            help="Drop rows with at least this decision: duplicate, rewrite (drops duplicates, too) or partial (drops "
            "all three). If several are given, the weakest applies. By default duplicate; with --annotate none."
        ),
    ] = None,
    keep_first: Annotated[
        bool,
        typer.Option(
            "--keep-first",
            help="Cluster rows that derive from one another (at least as --drop says), and write only the row of each "
            "cluster that was published first, whatever the order of the input. Reads the input twice.",
        ),
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Discard an interrupted run and what it stored, and start over.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write; by default standard output.",
            rich_help_panel=_OUTPUT,
            callback=file_to_write,
        ),
    ] = None,
    annotate: Annotated[
        bool,
        typer.Option("--annotate", help="Add a 'wirematch' object to every row written.", rich_help_panel=_OUTPUT),
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help="File for rows that cannot be used, with place and reason.", rich_help_panel=_OUTPUT),
    ] = None,
    progress: Annotated[
        bool | None,
        typer.Option(
            "--progress/--no-progress",
            help="Show progress; by default a bar when standard error is a terminal.",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", help="Print neither bad rows nor the summary.", rich_help_panel=_OUTPUT),
    ] = False,
    id_field: Annotated[str, typer.Option(help="Field of the id.", rich_help_panel=_FIELDS)] = "id",
    text_field: Annotated[str, typer.Option(help="Field of the text.", rich_help_panel=_FIELDS)] = "body",
    headline_field: Annotated[str, typer.Option(help="Field of the headline.", rich_help_panel=_FIELDS)] = "headline",
    source_field: Annotated[
        str, typer.Option(help="Field of the agency or outlet.", rich_help_panel=_FIELDS)
    ] = "source",
    time_field: Annotated[
        str, typer.Option(help="Field of the time of publication.", rich_help_panel=_FIELDS)
    ] = "published_at",
    url: Annotated[
        str | None,
        typer.Option(
            help="URL of a running service that decides. By default this process decides.", rich_help_panel=_INDEX
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Data folder of an embedded Valkey to keep. By default a temporary one.", rich_help_panel=_INDEX
        ),
    ] = None,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help="URL of a Redis to use.", rich_help_panel=_INDEX)
    ] = None,
) -> None:
    """Deduplicate files of articles: write the new ones and drop the others.

    A run that was interrupted continues where it stopped when the same command is given again. Exit status 1 says that
    a part of the input could not be read, or that no row of it could be used.
    """
    from wirematch.pipelines.dedupe.launch import run_dedupe
    from wirematch.pipelines.dedupe.options import DedupePlan, IndexChoice, OutputFiles, ProgressOptions
    from wirematch.pipelines.input_rows import Fields

    fields = Fields(id=id_field, body=text_field, headline=headline_field, source=source_field, published_at=time_field)
    level = weakest(drop or []) or ("duplicate" if keep_first or not annotate else None)
    whole = run_dedupe(
        DedupePlan(fields, level, keep_first, annotate),
        IndexChoice(url, data_dir, redis_url),
        OutputFiles(inputs, format_name, output, rejects, charset),
        ProgressOptions(progress, quiet),
        restart=restart,
    )
    if not whole:
        raise typer.Exit(1)
