"""News documents over HTTP: the article routes again, for the media types of news formats.

These routes match only requests with such a ``Content-Type``; all others go to the JSON routes. They are left out of
the OpenAPI document, which lists the media types at the JSON routes.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status

from wirematch.access.audit import Action
from wirematch.api.article_route import ArticleRoute
from wirematch.api.headers import tell_location
from wirematch.api.idempotency import UsesAttempt
from wirematch.api.media_types import DocumentRoute, WantsStrict
from wirematch.api.request_state import RequestAudit, UsesAudit, UsesDetector, UsesIntake
from wirematch.api.routes.articles import DURABLE, ArticleId, StorePolicy, WantsReport
from wirematch.api.routes.checks import UsesQueriedFilters
from wirematch.detection.documents.intake import Withdrawal, only_document
from wirematch.errors import InvalidArticleError
from wirematch.formats.document import Document
from wirematch.formats.registry import of_media_type
from wirematch.index.protocol import PutOutcome
from wirematch.models import NO_FILTERS, Receipt, Report


async def _document(
    request: Request,
    intake: UsesIntake,
    *,
    strict: WantsStrict,
) -> Document:
    format_, charset = of_media_type(request.headers.get("content-type"))
    assert format_ is not None  # or the route would not have matched
    return only_document(await intake.read(await request.body(), format_, charset, strict=strict))


SentDocument = Annotated[Document, Depends(_document)]


class ArticleDocumentRoute(ArticleRoute, DocumentRoute):
    """An article route that matches only news documents."""


router = APIRouter(prefix="/v1", route_class=ArticleDocumentRoute, include_in_schema=False)


@router.post("/articles", dependencies=[DURABLE], status_code=status.HTTP_201_CREATED)
async def add_document(  # noqa: PLR0913 - its parameters
    document: SentDocument,
    intake: UsesIntake,
    request: Request,
    response: Response,
    attempt: UsesAttempt,
    audit: UsesAudit,
    *,
    report: WantsReport = True,
    store: StorePolicy = StorePolicy.ALWAYS,
) -> Receipt | Withdrawal:
    """Store a document's story, replace an older version of it, or withdraw it."""
    outcome, answer = await intake.receive(
        document, report=report, unless_duplicate=store is StorePolicy.UNLESS_DUPLICATE, attempt=attempt
    )
    if outcome is PutOutcome.CREATED:
        tell_location(request, response, answer.id)
    else:
        response.status_code = status.HTTP_200_OK
    _note(audit, answer)
    return answer


@router.put("/articles/{article_id:path}", dependencies=[DURABLE])
async def put_document(  # noqa: PLR0913 - its parameters
    article_id: ArticleId,
    document: SentDocument,
    intake: UsesIntake,
    response: Response,
    audit: UsesAudit,
    *,
    report: WantsReport = True,
) -> Receipt | Withdrawal:
    """Do the same under the id in the path; 422 if the document has another id."""
    if document.id not in (None, article_id):
        raise InvalidArticleError(
            f"The path has the id {article_id!r} and the document {document.id!r}; use the document's id in the path."
        )
    outcome, answer = await intake.receive(document.under(article_id), report=report, replace=True)
    if outcome is PutOutcome.CREATED:
        response.status_code = status.HTTP_201_CREATED
    _note(audit, answer)
    return answer


@router.post("/check")
async def check_document(document: SentDocument, detector: UsesDetector, queried: UsesQueriedFilters) -> Report:
    """Which stored articles does the document's story derive from? Nothing is stored or withdrawn."""
    if document.article is None:
        raise InvalidArticleError("The document is a withdrawal without a text, so there is nothing to compare.")
    report = await detector.check(document.article, queried.over(NO_FILTERS))
    return report.model_copy(update={"warnings": document.told}) if document.warnings else report


def _note(audit: RequestAudit, answer: Receipt | Withdrawal) -> None:
    if isinstance(answer, Withdrawal) and answer.withdrawn:
        audit.record(Action.WITHDRAW, answer.id)
