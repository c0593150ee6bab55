"""``/v1/articles``: add, replace, read and delete articles, and list their pickups, clusters and events."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response, status
from fastapi import Path as PathParameter
from pydantic import StringConstraints

from wirematch.access.audit import Action
from wirematch.api.article_route import ArticleRoute
from wirematch.api.headers import LOCATION, UsesCondition, etag_of, link_next, link_pages, names, tell_location
from wirematch.api.idempotency import IdempotencyKey, UsesAttempt
from wirematch.api.media_types import DOCUMENT_BODIES, STRICT
from wirematch.api.problems import CONFLICT, GONE, NOT_FOUND, PRECONDITION, RESPONSES
from wirematch.api.request_state import UsesAudit, UsesDetector, UsesIntake
from wirematch.detection.documents.intake import Withdrawal
from wirematch.errors import ExpiredArticleError, InvalidArticleError
from wirematch.index.connections.durability import Durability, choose
from wirematch.index.protocol import PutOutcome
from wirematch.models import Article, Filters, Identifier, Kind, Receipt, StoredArticle
from wirematch.models.listings import ArticlePage, ClusterPage, EventPage, PickupPage
from wirematch.models.written_time import WrittenTime


async def _durable(
    durability: Annotated[
        Durability | None,
        Query(
            description="How safe a write is before it is acknowledged: 'written' survives the end of every process, "
            "'fsync' also that of the machine. By default as the service is configured."
        ),
    ] = None,
) -> None:
    if durability is not None:
        choose(durability)


DURABLE = Depends(_durable)
"""Dependency of routes that store or remove."""


def unexpired(article: Article) -> Article:
    """Return the article. Raises ExpiredArticleError if its ``expires_at`` has passed."""
    if article.expires_at is not None and article.expires_at <= datetime.now(UTC):
        raise ExpiredArticleError
    return article


router = APIRouter(prefix="/v1/articles", tags=["articles"], responses=RESPONSES, route_class=ArticleRoute)

ArticleId = Annotated[Identifier, PathParameter(description="The article's id.")]
SourceName = Annotated[str, StringConstraints(max_length=2_000)]
WantsReport = Annotated[bool, Query(description="Whether to report what the article derives from.")]


class StorePolicy(StrEnum):
    """Whether ``POST`` stores copies of stored articles."""

    ALWAYS = "always"
    UNLESS_DUPLICATE = "unless_duplicate"


@router.post(
    "",
    dependencies=[DURABLE, STRICT],
    status_code=status.HTTP_201_CREATED,
    responses={
        **CONFLICT,
        201: {"headers": LOCATION},
        200: {
            "model": Receipt | Withdrawal,
            "description": "No article was added: it is a copy, or the document is a new version or a withdrawal.",
        },
    },
    openapi_extra=DOCUMENT_BODIES,
)
async def add_article(  # noqa: PLR0913 - its parameters
    article: Article,
    detector: UsesDetector,
    request: Request,
    response: Response,
    attempt: UsesAttempt,
    *,
    report: WantsReport = True,
    idempotency_key: IdempotencyKey = None,  # noqa: ARG001 - ArticleRoute reads it; this describes it
    store: Annotated[StorePolicy, Query(description="Whether a copy of a stored article is stored.")] = (
        StorePolicy.ALWAYS
    ),
) -> Receipt:
    """Store one article and report which of those stored before it derives from."""
    receipt = await detector.add(
        unexpired(article), report=report, unless_duplicate=store is StorePolicy.UNLESS_DUPLICATE, attempt=attempt
    )
    if receipt.stored:
        tell_location(request, response, receipt.id)
    else:
        response.status_code = status.HTTP_200_OK
    return receipt


@router.get("", responses=GONE)
async def list_articles(  # noqa: PLR0913 - its parameters
    detector: UsesDetector,
    request: Request,
    response: Response,
    source: Annotated[
        list[SourceName] | None,
        Query(
            max_length=10,
            description="Only articles of these sources; an empty name stands for articles without a source.",
        ),
    ] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=2, description="Only articles of these kinds.")] = None,
    published_after: Annotated[
        WrittenTime | None, Query(description="Only articles published at this time or later.")
    ] = None,
    published_before: Annotated[
        WrittenTime | None, Query(description="Only articles published before this time.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    after: Annotated[str | None, Query(pattern=r"^[0-9]{1,20}$", description="``next`` of the previous page.")] = None,
) -> ArticlePage:
    """List all stored articles, in pages. An article replaced meanwhile may appear twice; none is left out."""
    filters = Filters(sources=source, kinds=kind, published_after=published_after, published_before=published_before)
    records, last = await detector.index.list_page(min(int(after or 0), 2**63 - 1), limit, filters)
    link_next(request, response, last)
    return ArticlePage(articles=[record.article for record in records], next=None if last is None else str(last))


# Ids may contain slashes, as URIs do, so these routes must precede the one for the id alone.
@router.get("/{article_id:path}/pickups", responses=NOT_FOUND)
async def list_pickups(  # noqa: PLR0913 - its parameters
    article_id: ArticleId,
    detector: UsesDetector,
    request: Request,
    response: Response,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PickupPage:
    """List the stored articles that derive from this one, newest first."""
    page = await detector.stored.pickups(article_id, offset, limit)
    link_pages(request, response, offset, limit, page.total)
    return page


@router.get("/{article_id:path}/cluster", responses=NOT_FOUND)
async def read_cluster(  # noqa: PLR0913 - its parameters
    article_id: ArticleId,
    detector: UsesDetector,
    request: Request,
    response: Response,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ClusterPage:
    """Read this article's cluster: the original first, then its copies and rewrites in order of storing."""
    page = await detector.stored.cluster(article_id, offset, limit)
    link_pages(request, response, offset, limit, page.total)
    return page


@router.get("/{article_id:path}/event", responses=NOT_FOUND)
async def read_event(  # noqa: PLR0913 - its parameters
    article_id: ArticleId,
    detector: UsesDetector,
    request: Request,
    response: Response,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> EventPage:
    """List the stored articles on this one's event, first to last: copies, rewrites and independent reports."""
    page = await detector.stored.event(article_id, offset, limit)
    link_pages(request, response, offset, limit, page.total)
    return page


@router.put(
    "/{article_id:path}",
    dependencies=[DURABLE, STRICT],
    responses={
        **PRECONDITION,
        200: {"model": Receipt | Withdrawal, "description": "The id was known."},
        201: {"model": Receipt, "description": "The id was new."},
    },
    openapi_extra=DOCUMENT_BODIES,
)
async def put_article(  # noqa: PLR0913 - its parameters
    article_id: ArticleId,
    article: Article,
    intake: UsesIntake,
    response: Response,
    condition: UsesCondition,
    *,
    report: WantsReport = True,
) -> Receipt:
    """Store an article under this id.

    Sending the same content again changes nothing; other content makes a new version.
    """
    if article.id not in (None, article_id):
        raise InvalidArticleError(
            f"The path has the id {article_id!r} and the article {article.id!r}; leave the id out of the article."
        )
    article = unexpired(article.model_copy(update={"id": article_id}))
    outcome, receipt = await intake.put(article, report=report, condition=condition)
    if outcome is PutOutcome.CREATED:
        response.status_code = status.HTTP_201_CREATED
    return receipt


@router.get(
    "/{article_id:path}", responses={**NOT_FOUND, 304: {"description": "It has an ETag that If-None-Match names."}}
)
async def get_article(
    article_id: ArticleId,
    detector: UsesDetector,
    response: Response,
    if_none_match: Annotated[
        str | None, Header(description="ETags of the versions that the client already has.")
    ] = None,
) -> StoredArticle:
    """Read the article as it was stored, with an ETag."""
    article = await detector.stored.get(article_id)
    response.headers["ETag"] = etag_of(article)
    if if_none_match is not None and names(if_none_match, article):
        raise HTTPException(status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag_of(article)})
    return article


@router.delete(
    "/{article_id:path}",
    dependencies=[DURABLE],
    status_code=status.HTTP_204_NO_CONTENT,
    response_class=Response,
    responses={**NOT_FOUND, **PRECONDITION},
)
async def delete_article(article_id: ArticleId, intake: UsesIntake, condition: UsesCondition, audit: UsesAudit) -> None:
    """Delete the article and its index entries."""
    await intake.delete(article_id, condition)
    audit.record(Action.DELETE, article_id)
