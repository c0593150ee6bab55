"""``wirematch export``: every stored article as a line of JSON."""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from wirematch.compose import open_detector
from wirematch.errors import InvalidArticleError
from wirematch.index.embedded import EmbeddedStore
from wirematch.models import Filters, Kind
from wirematch.settings import Settings

AT_ONCE = 500


def export(  # noqa: PLR0913 - its options
    source: Annotated[list[str] | None, typer.Option(help="Only articles of this source; may be repeated.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only articles of this kind.")] = None,
    published_after: Annotated[str | None, typer.Option(help="Only articles published at this time or later.")] = None,
    published_before: Annotated[str | None, typer.Option(help="Only articles published before this time.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the embedded Valkey.")] = None,
    redis_url: Annotated[
        str | None, typer.Option("--redis-url", help="Redis to use instead of the embedded Valkey.")
    ] = None,
) -> None:
    """Print every stored article as a line of JSON, as POST /v1/articles/bulk takes them."""
    asked = {
        "sources": source or None,
        "kinds": [kind] if kind else None,
        "published_after": published_after,
        "published_before": published_before,
    }
    try:
        filters = Filters.model_validate({name: value for name, value in asked.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidArticleError(f"--{str(first['loc'][0]).replace('_', '-')}: {first['msg']}.") from error
    given: dict[str, Any] = {"data_dir": data_dir, "redis_url": redis_url}
    settings = Settings.read(**{name: value for name, value in given.items() if value is not None})
    with ExitStack() as stack:
        address = settings.redis_url or stack.enter_context(EmbeddedStore(settings.data_dir)).url
        asyncio.run(_print_all(address, settings, filters))


async def _print_all(address: str, settings: Settings, filters: Filters) -> None:
    async with open_detector(address, settings) as detector:
        last: int | None = 0
        while last is not None:
            found, last = await detector.index.listing(last, AT_ONCE, filters)
            lines = (entry.article.as_submitted().model_dump_json(exclude_none=True) for entry in found)
            sys.stdout.writelines(f"{line}\n" for line in lines)
