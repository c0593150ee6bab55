"""The page of an event: every stored article about it, from first to last."""

from __future__ import annotations

import sys
from typing import Annotated

from fastapi import APIRouter, Query, Response

from wirematch.api.pages.page_route import PageRoute, page
from wirematch.api.request_state import UsesDetector, UsesJudgements
from wirematch.presentation.pages.event_view import pairs_of, view_event
from wirematch.state.judgements import called_wrong

ARTICLES_SHOWN = 50

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/articles/{article_id:path}/event")
async def show_event(
    article_id: str,
    detector: UsesDetector,
    judgements: UsesJudgements,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """What is stored about the event of an article, and what each has to do with it, as the index is now."""
    event = await detector.stored.event(article_id, 0, sys.maxsize)
    wrong = await called_wrong(judgements, pairs_of(event))
    return page("event.html", view=view_event(event, wrong, offset, ARTICLES_SHOWN))
