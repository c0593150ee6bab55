"""The page of readers' judgements of matches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from wirematch.api.pages.page_route import PageRoute, page
from wirematch.api.request_state import UsesJudgements
from wirematch.presentation.pages.review_view import NAMES, labelled_pair, view_review
from wirematch.state.judgements import READ_AT_ONCE, Judgements

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/review")
async def review(
    judgements: UsesJudgements,
    *,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    wanted: Annotated[Literal["page", "jsonl"], Query(alias="as")] = "page",
) -> Response:
    """Judgements, newest first; as a file, all of them as labelled pairs."""
    if wanted == "jsonl":
        headers = {"Content-Disposition": 'attachment; filename="judged.jsonl"'}
        return StreamingResponse(_lines(judgements), media_type="application/x-ndjson", headers=headers)
    total, found = await judgements.newest(offset, READ_AT_ONCE)
    return page("review.html", view=view_review(total, found, offset, READ_AT_ONCE), names=NAMES)


async def _lines(judgements: Judgements) -> AsyncIterator[str]:
    offset, total = 0, 1
    while offset < total:
        total, found = await judgements.newest(offset, READ_AT_ONCE)
        for one in found:
            yield labelled_pair(one)
        offset += READ_AT_ONCE
