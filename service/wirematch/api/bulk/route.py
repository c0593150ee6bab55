"""``POST /v1/articles/bulk``: many articles in one request."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from wirematch.api.bulk.documents import read_body, result_lines
from wirematch.api.bulk.exchange import MEDIA_TYPE, BulkExchange, StreamLimits
from wirematch.api.bulk.results import BulkCut, BulkEnd, BulkResult
from wirematch.api.durable import DURABLE
from wirematch.api.media_types import ARTICLE_EXAMPLE, WantsStrict
from wirematch.api.problems import RESPONSES
from wirematch.api.request_state import UsesDetector, UsesIntake
from wirematch.api.routes.articles import StorePolicy
from wirematch.api.strict_route import StrictRoute
from wirematch.errors import UnknownFormatError
from wirematch.formats.registry import Format, of_media_type

PATH = "/v1/articles/bulk"
ACCEPTED = frozenset({MEDIA_TYPE, "application/ndjson", "application/jsonl", "application/json-lines"})

router = APIRouter(tags=["articles"], responses=RESPONSES, route_class=StrictRoute)


@router.post(
    PATH,
    dependencies=[DURABLE],
    status_code=200,
    response_class=BulkExchange,
    responses={
        200: {"model": BulkResult | BulkEnd | BulkCut, "description": "A result for each line, then the summary."}
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "One JSON article per line.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": f"{json.dumps(ARTICLE_EXAMPLE)}\n"}},
        }
    },
)
async def add_articles(  # noqa: PLR0913 - its parameters
    request: Request,
    detector: UsesDetector,
    intake: UsesIntake,
    *,
    report: Annotated[bool, Query(description="Whether to decide what each article derives from.")] = True,
    store: Annotated[StorePolicy, Query(description="Whether copies of stored articles are stored.")] = (
        StorePolicy.ALWAYS
    ),
    strict: WantsStrict,
) -> Response:
    """Store a stream of articles, one JSON object per line; the response has one line for each, in the same order.

    Decisions are the same as if the articles had been posted one after the other. Results are sent while the request is
    still being read, so a client must read while it sends. A news document with several articles, such as a feed, is
    accepted under its own media type, too.
    """
    unless_duplicate = store is StorePolicy.UNLESS_DUPLICATE
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() in ACCEPTED:
        limits = StreamLimits(request.state.longest_line, request.state.stream_timeout)
        return BulkExchange(detector, limits, decide=report, unless_duplicate=unless_duplicate)
    format_, charset = of_media_type(content_type)
    if format_ is None or format_ in {Format.JSON, Format.TEXT}:
        raise UnknownFormatError(
            f"Send one JSON article per line, with 'Content-Type: {MEDIA_TYPE}', or a feed or message under its own."
        )
    documents = await intake.read(await read_body(request, request.state.longest_line), format_, charset, strict=strict)
    lines = result_lines(intake, documents, report=report, unless_duplicate=unless_duplicate)
    return StreamingResponse(lines, media_type=MEDIA_TYPE)
