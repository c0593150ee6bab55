"""The options of ``wirematch digest``, apart from :mod:`wirematch.commands.digest`, which takes long to import."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class DigestFormat(StrEnum):
    """What a digest is written as."""

    HTML = "html"
    CSV = "csv"


def digest(  # noqa: PLR0913 - its options
    days: Annotated[float, typer.Option(min=0.01, max=35, help="How far back.")] = 7,
    wanted: Annotated[
        DigestFormat, typer.Option("--format", help="A page with its style within, or a table.")
    ] = DigestFormat.HTML,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; standard output without one.")] = None,
    url: Annotated[
        str | None, typer.Option(help="Where the service's pages are, such as https://desk.example/, for links.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Folder of the embedded Valkey.")] = None,
    redis_url: Annotated[
        str | None,
        typer.Option(
            "--redis-url", help="Redis to use instead of the embedded Valkey. Other users can see this option."
        ),
    ] = None,
) -> None:
    """Tell who picked up the wire stories of the last days, uncredited first."""
    from wirematch.commands import digest as command

    command.digest(days, output, url, as_csv=wanted is DigestFormat.CSV, data_dir=data_dir, redis_url=redis_url)
