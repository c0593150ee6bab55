"""The desk: recent pickups, for those who look after rights."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from wirematch.access.gate import Gate
from wirematch.access.key import Caller
from wirematch.api.live_updates import NOTHING, LiveUpdates, latest_token
from wirematch.api.pages.event_stream import EventStream
from wirematch.api.pages.page_route import PageRoute, download, page
from wirematch.api.request_state import UsesCatalogue, UsesDetector, UsesJudgements, UsesPickupLog
from wirematch.detection.queries.recent_pickups import find_recent_pickups
from wirematch.presentation.pages.desk_view import SORT_NAMES, SPAN_NAMES, SPANS, DeskQuery, Sort, Within, view_desk
from wirematch.presentation.pages.exports import desk_csv

SECONDS = 0.8
"""Time budget of a page for pickups that are not known yet; with the rest, it takes about a second."""
SECONDS_OF_FILE = 10.0
"""The same of a file: who sends it on expects all of them in it."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)
EVENTS = "/desk/events"
LONGEST_SECONDS = 600.0
"""Maximum duration of an event stream. The browser then reconnects, and is authenticated again."""
Token = Annotated[str, Query(max_length=64)]
LastEventId = Annotated[str | None, Header(max_length=64)]
FilterName = Annotated[str, Query(max_length=2_000)]


@router.get("/desk")
async def desk(  # noqa: PLR0913 - what may be asked
    detector: UsesDetector,
    catalogue: UsesCatalogue,
    log: UsesPickupLog,
    judgements: UsesJudgements,
    *,
    within: Within = Within.DAY,
    agency: FilterName = "",
    outlet: FilterName = "",
    credit: Annotated[str, Query(pattern="^(yes|no)?$")] = "",
    sort: Sort = Sort.UNCREDITED,
    token: Annotated[str, Query(alias="from", max_length=20_000)] = "",
    wanted: Annotated[Literal["page", "csv"], Query(alias="as")] = "page",
) -> Response:
    """Pickups of articles stored within the time span asked for, a limited number of articles at a time."""
    latest = await latest_token(catalogue)
    since = datetime.now(UTC) - SPANS[within]
    seconds = SECONDS_OF_FILE if wanted == "csv" else SECONDS
    found = await find_recent_pickups(
        detector.stored, catalogue, log, judgements, since=since, seconds=seconds, token=token or None
    )
    part = "" if found.begun_again else token
    query = DeskQuery(within, agency, outlet, credit, sort, part)
    if wanted == "csv":
        name = "pickups-incomplete.csv" if found.pending or found.older or part else "pickups.csv"
        return download(desk_csv(view_desk(found, query, len(found.pickups)).rows), "text/csv", name)
    view, is_empty = view_desk(found, query), latest == NOTHING
    return page("desk.html", view=view, latest=latest, is_empty=is_empty, spans=SPAN_NAMES, sorts=SORT_NAMES)


@router.get("/desk/latest")
async def latest(catalogue: UsesCatalogue) -> Response:
    """The token of the article stored last; a page with another token is out of date."""
    return JSONResponse({"latest": await latest_token(catalogue)}, headers={"Cache-Control": "no-store"})


@router.get(EVENTS)
async def events(
    request: Request,
    catalogue: UsesCatalogue,
    *,
    after: Token = "",
    last_event_id: LastEventId = None,
    seconds: Annotated[float, Query(ge=0, le=LONGEST_SECONDS)] = LONGEST_SECONDS,
) -> Response:
    """The same as server-sent events: one whenever the latest token differs from the client's."""
    gate: Gate = request.state.gate
    caller: Caller | None = request.state.caller
    live: LiveUpdates = request.state.live
    return EventStream(live, catalogue, last_event_id or after, seconds, partial(gate.still_valid, caller))
