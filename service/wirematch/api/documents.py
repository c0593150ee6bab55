"""News documents over HTTP: the routes of articles again, for every ``Content-Type`` that is not JSON of our own.

A route of this kind is met only by such a request, so what JSON clients see stays as it is. The document is read from
the body's bytes; the OpenAPI description names the media types beside JSON, at the routes that clients know.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status

from wirematch.api.articles import ArticleId, StorePolicy, WantsReport
from wirematch.api.idempotency import RepeatableDocumentRoute, UsesAttempt
from wirematch.api.state import UsesDetector, UsesIntake
from wirematch.detection.documents import Withdrawal, one
from wirematch.errors import InvalidArticleError
from wirematch.formats.document import Document
from wirematch.formats.registry import of_media_type
from wirematch.index.protocol import PutOutcome
from wirematch.models import Receipt, Report


async def _document(
    request: Request,
    intake: UsesIntake,
    *,
    strict: Annotated[bool, Query(description="Whether to refuse what would be told as a warning.")] = False,
) -> Document:
    format_, charset = of_media_type(request.headers.get("content-type"))
    assert format_ is not None  # the route was met
    return one(await intake.read(await request.body(), format_, charset, strict=strict))


SentDocument = Annotated[Document, Depends(_document)]

router = APIRouter(prefix="/v1", route_class=RepeatableDocumentRoute, include_in_schema=False)


@router.post("/articles", status_code=status.HTTP_201_CREATED)
async def add_document(  # noqa: PLR0913 - its parameters
    document: SentDocument,
    intake: UsesIntake,
    response: Response,
    attempt: UsesAttempt,
    *,
    report: WantsReport = True,
    store: StorePolicy = StorePolicy.ALWAYS,
) -> Receipt | Withdrawal:
    """Store a document's story, replace an older version of it, or take it back."""
    outcome, answer = await intake.receive(
        document, report=report, unless_duplicate=store is StorePolicy.UNLESS_DUPLICATE, attempt=attempt
    )
    if outcome is not PutOutcome.CREATED:
        response.status_code = status.HTTP_200_OK
    return answer


@router.put("/articles/{article_id:path}")
async def put_document(
    article_id: ArticleId, document: SentDocument, intake: UsesIntake, response: Response, *, report: WantsReport = True
) -> Receipt | Withdrawal:
    """The same under an id of the sender's choice, which the document must not contradict."""
    if document.id not in (None, article_id):
        raise InvalidArticleError(f"The path says {article_id!r} and the document {document.id!r}; send it to its own.")
    outcome, answer = await intake.receive(document.under(article_id), report=report, replace=True)
    if outcome is PutOutcome.CREATED:
        response.status_code = status.HTTP_201_CREATED
    return answer


@router.post("/check")
async def check_document(document: SentDocument, detector: UsesDetector) -> Report:
    """Which stored articles does the document's story derive from? Nothing is stored, or taken back."""
    if document.article is None:
        raise InvalidArticleError("The document is a withdrawal without a text, so there is nothing to compare.")
    report = await detector.check(document.article)
    return report.model_copy(update={"warnings": document.told}) if document.warnings else report
