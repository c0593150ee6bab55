"""The options of ``wirematch dedupe``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirematch.errors import InvalidSettingError
from wirematch.pipelines.dedupe.inputs import LINES, WARC
from wirematch.pipelines.dedupe.job import IndexChoice, OutputFiles, ProgressOptions, run_dedupe
from wirematch.pipelines.dedupe.run import DedupePlan
from wirematch.pipelines.dedupe.sources import STANDARD_INPUT
from wirematch.pipelines.input_rows import Fields
from wirematch.pipelines.strength import weakest

FIELDS = Fields()
_FIELD = "Member of a record, or several joined by dots,"


def dedupe(  # noqa: PLR0913 - its options
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="JSON lines, news documents, web archives (packed or not), folders, pipes, or '-'.",
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output otherwise.")
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            help="Drop records that are at least this: duplicate, rewrite (duplicates too) or partial (all three). "
            "Several, or with commas: the weakest counts. By default duplicates, and with --annotate none."
        ),
    ] = None,
    keep_first: Annotated[
        bool,
        typer.Option(
            "--keep-first",
            help="Put records that are at least --drop of one another into groups and write only the one of each that "
            "was published first, whatever order they come in. Reads the inputs twice.",
        ),
    ] = False,
    annotate: Annotated[
        bool,
        typer.Option("--annotate", help="Give every record that is written a 'wirematch' object."),
    ] = False,
    rejects: Annotated[Path | None, typer.Option(help="File for what is no record, with place and reason.")] = None,
    format_name: Annotated[
        str | None,
        typer.Option("--format", help=f"Of all inputs: {LINES}, {WARC}, or a format as 'wirematch add' has it."),
    ] = None,
    id_field: Annotated[str, typer.Option(help=f"{_FIELD} with the id.")] = FIELDS.id,
    text_field: Annotated[str, typer.Option(help=f"{_FIELD} with the text.")] = FIELDS.body,
    headline_field: Annotated[str, typer.Option(help=f"{_FIELD} with the headline.")] = FIELDS.headline,
    source_field: Annotated[str, typer.Option(help=f"{_FIELD} with the agency or outlet.")] = FIELDS.source,
    time_field: Annotated[str, typer.Option(help=f"{_FIELD} with the time of publication.")] = FIELDS.published_at,
    url: Annotated[
        str | None, typer.Option(help="A running service that decides; by default this process does.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Folder of an embedded Valkey to use and to keep; otherwise a temporary one.")
    ] = None,
    redis_url: Annotated[str | None, typer.Option("--redis-url", help="Redis to use.")] = None,
    progress: Annotated[
        bool | None, typer.Option("--progress/--no-progress", help="By default a bar on a terminal.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No bad lines and no summary on standard error.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew what was interrupted.")] = False,
) -> None:
    """Write the articles that are new and leave out those that are not; what was interrupted goes on where it was.

    Exit status 1 says that a part of the inputs could not be read, or that no record of them was any.
    """
    fields = Fields(id=id_field, body=text_field, headline=headline_field, source=source_field, published_at=time_field)
    level = weakest(drop or []) or ("duplicate" if keep_first or not annotate else None)
    where = IndexChoice(url, data_dir, redis_url)
    if keep_first and STANDARD_INPUT in inputs:
        raise InvalidSettingError("--keep-first reads its inputs twice, which standard input cannot be.")
    if restart and not where.alone:
        raise InvalidSettingError(
            "--restart cannot take back what the interrupted run stored in an index of others; go on with that run."
        )
    files = OutputFiles(inputs, format_name, output, rejects)
    whole = run_dedupe(
        DedupePlan(fields, level, keep_first, annotate), where, files, ProgressOptions(progress, quiet), restart=restart
    )
    if not whole:
        raise typer.Exit(1)
