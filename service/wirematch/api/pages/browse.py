"""The page to search and browse stored articles."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.exceptions import RequestValidationError

from wirematch.api.pages.page_route import PageRoute, page
from wirematch.api.request_state import UsesCatalogue
from wirematch.models import Kind
from wirematch.presentation.pages.browse_view import Search, view_browse
from wirematch.state.catalogue import CatalogueQuery

ROWS = 50

router = APIRouter(route_class=PageRoute, include_in_schema=False)
FilterWords = Annotated[str, Query(alias="q", max_length=200)]
Day = Annotated[str, Query(max_length=10)]


@router.get("/articles")
async def browse(  # noqa: PLR0913 - its parameters
    catalogue: UsesCatalogue,
    words: FilterWords = "",
    source: Annotated[str, Query(max_length=2_000)] = "",
    kind: Annotated[str, Query(pattern="^(wire|article)?$")] = "",
    after: Day = "",
    before: Day = "",
    token: Annotated[str | None, Query(alias="from", max_length=20_000)] = None,
) -> Response:
    """Stored articles, newest first. Days run from midnight to midnight UTC."""
    search = Search(words.strip(), source.strip(), Kind(kind) if kind else None, after, before)
    query = CatalogueQuery(
        words=search.words,
        source=search.source,
        kinds=[search.kind] if search.kind else [],
        published_after=_midnight("after", after),
        published_before=_midnight("before", before, timedelta(days=1)),
    )
    found = await catalogue.newest(query, ROWS, token)
    return page("browse.html", view=view_browse(search, found, newest=not token))


def _midnight(field: str, day: str, after: timedelta = timedelta()) -> datetime | None:
    """Return midnight UTC of ``day`` plus ``after``; ``field`` names the form field in errors."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC) + after
    except (ValueError, OverflowError):
        fault = f"{day!r} is not a date; write it as 2026-03-31"
        raise RequestValidationError([{"type": "value_error", "loc": ("query", field), "msg": fault}]) from None
