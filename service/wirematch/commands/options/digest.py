"""The options of ``wirematch digest``, apart from :mod:`wirematch.commands.digest`, which takes long to import."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wirematch.commands.options.shared import DataDir, RedisUrl, read_settings
from wirematch.presentation.standard_output import file_to_write


class DigestFormat(StrEnum):
    """What a digest is written as."""

    HTML = "html"
    CSV = "csv"


def digest(  # noqa: PLR0913 - its options
    days: Annotated[float, typer.Option(min=0.01, max=35, help="How many days back.")] = 7,
    wanted: Annotated[
        DigestFormat, typer.Option("--format", help="A self-contained HTML page, or a CSV table.")
    ] = DigestFormat.HTML,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write. By default standard output.", callback=file_to_write),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Address of the service's pages, for links, such as https://desk.example/.")
    ] = None,
    data_dir: DataDir = None,
    redis_url: RedisUrl = None,
) -> None:
    """List who picked up wire stories in the last days, uncredited pickups first."""
    from wirematch.commands import digest as command

    command.digest(days, output, url, read_settings(data_dir, redis_url), as_csv=wanted is DigestFormat.CSV)
