"""``/v1/check`` and ``/v1/compare``, which store nothing."""

from __future__ import annotations

from fastapi import APIRouter

from wirematch.api.media_types import ARTICLE_EXAMPLE, DOCUMENT_BODIES, STRICT
from wirematch.api.problems import RESPONSES
from wirematch.api.request_state import UsesDetector
from wirematch.api.requests import CheckRequest, CompareRequest
from wirematch.api.routes.check_filters import UsesQueriedFilters, WantsReasons
from wirematch.api.strict_route import StrictRoute
from wirematch.models import Match, Report

REWRITE_EXAMPLE = {
    "source": "Courier",
    "body": "Four people were killed on Tuesday as a barge loaded with gravel, adrift in a squall, hit the harbour "
    "bridge of Averland, according to the coast guard. The span in the middle fell into the strait.",
}

router = APIRouter(prefix="/v1", tags=["checks"], responses=RESPONSES, route_class=StrictRoute)


@router.post("/check", dependencies=[STRICT], openapi_extra=DOCUMENT_BODIES)
async def check_article(request: CheckRequest, detector: UsesDetector, queried: UsesQueriedFilters) -> Report:
    """Which stored articles does this one derive from? Nothing is stored.

    Filters are members of the JSON object, or parameters of the address, as a news document has no room for them.
    """
    return await detector.check(request.article(), queried.over(request.filters()))


@router.post(
    "/compare",
    openapi_extra={
        "requestBody": {
            "content": {"application/json": {"example": {"submission": REWRITE_EXAMPLE, "story": ARTICLE_EXAMPLE}}}
        }
    },
)
async def compare_articles(request: CompareRequest, detector: UsesDetector, *, explain: WantsReasons = False) -> Match:
    """How much of the submission comes from the story? Nothing is stored.

    Stored articles on the same event are taken into account: phrases that they share say little about these two, and a
    passage that three of them hold, such as a long footer, nothing.
    """
    return await detector.compare(request.submission, request.story, explain=explain)
