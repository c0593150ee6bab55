"""``wirematch digest``: the pickups of some days as a page that can be mailed, or as a table."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wirematch.compose import open_parts
from wirematch.detection.recent_pickups import RecentPickups, find_recent_pickups
from wirematch.index.embedded import EmbeddedStore
from wirematch.presentation.pages.desk_view import Wish, view_desk
from wirematch.presentation.pages.exports import desk_csv
from wirematch.presentation.pages.rendering import render
from wirematch.settings import Settings

FOUND_OUT_AT_ONCE = 10.0
"""Seconds after which what was found out is noted, so that a digest that is broken off need not begin anew."""


class As(StrEnum):
    """What a digest is written as."""

    HTML = "html"
    CSV = "csv"


def digest(  # noqa: PLR0913 - its options
    days: Annotated[float, typer.Option(min=0.01, max=35, help="How far back.")] = 7,
    wanted: Annotated[As, typer.Option("--format", help="A page with its style within, or a table.")] = As.HTML,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; standard output without one.")] = None,
    url: Annotated[
        str | None, typer.Option(help="Where the service's pages are, such as https://desk.example/, for links.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Folder of the embedded Valkey.")] = None,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help="Redis to use instead of the embedded Valkey.")
    ] = None,
) -> None:
    """Tell who picked up the wire stories of the last days, uncredited first."""
    given: dict[str, Any] = {"data_dir": data_dir, "redis_url": redis_url}
    settings = Settings.read(**{name: value for name, value in given.items() if value is not None})
    until = datetime.now(UTC)
    since = until - timedelta(days=days)
    if settings.redis_url:
        found = asyncio.run(_find(settings.redis_url, settings, since))
    else:
        with EmbeddedStore(settings.data_dir) as store:
            found = asyncio.run(_find(store.url, settings, since))
    view = view_desk(found, Wish(), len(found.pickups))
    page = {"view": view, "since": since, "until": until, "url": url}
    text = desk_csv(view.rows) if wanted is As.CSV else render("digest.html", **page)
    if output:
        output.write_text(text, encoding="utf-8", newline="")
    else:
        sys.stdout.write(text)


async def _find(url: str, settings: Settings, since: datetime) -> RecentPickups:
    async with open_parts(url, settings) as parts:
        while True:
            found = await find_recent_pickups(
                parts.detector,
                parts.catalogue,
                parts.pickup_log,
                parts.judgements,
                since=since,
                seconds=FOUND_OUT_AT_ONCE,
            )
            if not found.pending:
                return found
