"""``POST /v1/articles/bulk``: many articles in one request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from wirematch.api.articles import StorePolicy
from wirematch.api.bulk_results import BulkCut, BulkEnd, BulkResult
from wirematch.api.problems import RESPONSES
from wirematch.api.state import UsesDetector
from wirematch.api.streaming_exchange import MEDIA_TYPE, StreamingExchange, StreamLimits
from wirematch.errors import UnknownFormatError

PATH = "/v1/articles/bulk"
ACCEPTED = frozenset({MEDIA_TYPE, "application/ndjson", "application/jsonl", "application/json-lines"})

router = APIRouter(tags=["articles"], responses=RESPONSES)


@router.post(
    PATH,
    status_code=200,
    response_class=StreamingExchange,
    responses={
        200: {"model": BulkResult | BulkEnd | BulkCut, "description": "A result for each line, then the summary."}
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "One JSON article per line.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        }
    },
)
async def add_articles(
    request: Request,
    detector: UsesDetector,
    *,
    report: Annotated[bool, Query(description="Whether to decide what each article derives from.")] = True,
    store: Annotated[StorePolicy, Query(description="Whether copies of stored articles are stored.")] = (
        StorePolicy.ALWAYS
    ),
) -> Response:
    """Store a stream of articles, one JSON object per line, and answer with a line for each, in the same order.

    Each article is decided as if all had been posted one after the other. Results are sent while the request is still
    being read, so a client must read while it sends.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in ACCEPTED:
        raise UnknownFormatError(f"Send one JSON article per line, with 'Content-Type: {MEDIA_TYPE}'.")
    unless_duplicate = store is StorePolicy.UNLESS_DUPLICATE
    limits = StreamLimits(request.state.longest_line, request.state.stream_timeout)
    return StreamingExchange(detector, limits, decide=report, unless_duplicate=unless_duplicate)
