"""``POST /v1/articles/bulk``: many articles in one request."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from wirematch.access.gate import Gate
from wirematch.access.key import Caller
from wirematch.api.bulk.documents import read_body, result_lines
from wirematch.api.bulk.exchange import MEDIA_TYPE, BulkExchange, StreamLimits
from wirematch.api.bulk.results import BulkCut, BulkEnd, BulkResult
from wirematch.api.media_types import ARTICLE_EXAMPLE, WantsStrict
from wirematch.api.problems import RESPONSES
from wirematch.api.request_state import TenantState, UsesDetector, UsesIntake
from wirematch.api.routes.articles import DURABLE, StorePolicy
from wirematch.api.strict_route import StrictRoute
from wirematch.composition.tenancy import Tenancy
from wirematch.detection.detector import Detector
from wirematch.errors import KeyEndedError, UnknownFormatError
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
        admit = partial(_admit, request.state.gate, request.state.tenancy, request.state.caller, detector)
        return BulkExchange(detector, admit, limits, decide=report, unless_duplicate=unless_duplicate)
    format_, charset = of_media_type(content_type)
    if format_ is None or format_ in {Format.JSON, Format.TEXT}:
        raise UnknownFormatError(
            f"Send one JSON article per line, with 'Content-Type: {MEDIA_TYPE}', or a feed or message under its own."
        )
    documents = await intake.read(await read_body(request, request.state.longest_line), format_, charset, strict=strict)
    lines = result_lines(intake, documents, report=report, unless_duplicate=unless_duplicate)
    return StreamingResponse(lines, media_type=MEDIA_TYPE)


async def _admit(gate: Gate, tenancy: Tenancy[TenantState], caller: Caller | None, detector: Detector) -> Detector:
    """Return the detector for the caller as of now; ``detector`` is that of callers without a tenant.

    Raises KeyEndedError, TenantGoneError and IndexUnavailableError.
    """
    if not await gate.still_valid(caller):
        raise KeyEndedError
    if caller is None or caller.tenant is None:
        return detector
    return (await tenancy.view(caller.tenant))["detector"]
