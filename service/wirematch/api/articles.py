"""Stored articles: add, replace, read, remove, and who picked them up."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response, status
from fastapi import Path as PathParameter
from pydantic import AwareDatetime, StringConstraints

from wirematch.api.article_route import ArticleRoute
from wirematch.api.conditions import UsesCondition, etag_of, names
from wirematch.api.idempotency import IdempotencyKey, UsesAttempt
from wirematch.api.media_types import DOCUMENT_BODIES
from wirematch.api.problems import CONFLICT, GONE, NOT_FOUND, PRECONDITION, RESPONSES
from wirematch.api.state import UsesDetector, UsesIntake
from wirematch.detection.documents import Withdrawal
from wirematch.errors import ExpiredArticleError, InvalidArticleError
from wirematch.index.protocol import PutOutcome
from wirematch.models import (
    Article,
    ArticlePage,
    ClusterPage,
    Filters,
    Identifier,
    Kind,
    PickupPage,
    Receipt,
    StoredArticle,
)

router = APIRouter(prefix="/v1/articles", tags=["articles"], responses=RESPONSES, route_class=ArticleRoute)

ArticleId = Annotated[Identifier, PathParameter(description="The article's id.")]
SourceName = Annotated[str, StringConstraints(max_length=200)]
WantsReport = Annotated[bool, Query(description="Whether to report what the article derives from.")]


class StorePolicy(StrEnum):
    """When ``POST`` stores."""

    ALWAYS = "always"
    UNLESS_DUPLICATE = "unless_duplicate"


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={
        **CONFLICT,
        200: {
            "model": Receipt | Withdrawal,
            "description": "Nothing new was stored: the article is a copy, or the document a version or a withdrawal.",
        },
    },
    openapi_extra=DOCUMENT_BODIES,
)
async def add_article(  # noqa: PLR0913 - its parameters
    article: Article,
    detector: UsesDetector,
    response: Response,
    attempt: UsesAttempt,
    *,
    report: WantsReport = True,
    idempotency_key: IdempotencyKey = None,  # noqa: ARG001 - read by the route, described here
    store: Annotated[StorePolicy, Query(description="Whether a copy of a stored article is stored.")] = (
        StorePolicy.ALWAYS
    ),
) -> Receipt:
    """Store one article and report which of those stored before it derives from."""
    receipt = await detector.add(
        lasting(article), report=report, unless_duplicate=store is StorePolicy.UNLESS_DUPLICATE, attempt=attempt
    )
    if not receipt.stored:
        response.status_code = status.HTTP_200_OK
    return receipt


@router.get("", responses=GONE)
async def list_articles(  # noqa: PLR0913 - its parameters
    detector: UsesDetector,
    request: Request,
    response: Response,
    source: Annotated[
        list[SourceName] | None, Query(max_length=10, description="Only articles of these sources.")
    ] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=2, description="Only articles of these kinds.")] = None,
    published_after: Annotated[
        AwareDatetime | None, Query(description="Only articles published at this time or later.")
    ] = None,
    published_before: Annotated[AwareDatetime | None, Query(description="Only articles published before it.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    after: Annotated[str | None, Query(pattern=r"^[0-9]{1,20}$", description="'next' of the page before.")] = None,
) -> ArticlePage:
    """All stored articles, a page at a time. One that is replaced meanwhile may come twice; none is left out."""
    filters = Filters(sources=source, kinds=kind, published_after=published_after, published_before=published_before)
    found, last = await detector.index.listing(min(int(after or 0), 2**63 - 1), limit, filters)
    if last is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(after=last)}>; rel="next"'
    return ArticlePage(articles=[entry.article for entry in found], next=None if last is None else str(last))


# Ids may hold slashes, as URIs do, so the longer path stands before the shorter.
@router.get("/{article_id:path}/pickups", responses=NOT_FOUND)
async def list_pickups(  # noqa: PLR0913 - its parameters
    article_id: ArticleId,
    detector: UsesDetector,
    request: Request,
    response: Response,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> PickupPage:
    """The stored articles that derive from this one, newest first."""
    page = await detector.pickups(article_id, offset, limit)
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
    """The group of this article: the original first, then all that derives from it wholly, in order of storing."""
    page = await detector.cluster(article_id, offset, limit)
    link_pages(request, response, offset, limit, page.total)
    return page


@router.put(
    "/{article_id:path}",
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
    """Store an article under this id; the same content again changes nothing, other content is a new version."""
    if article.id not in (None, article_id):
        raise InvalidArticleError(f"The path says {article_id!r} and the article {article.id!r}; leave the latter out.")
    article = lasting(article.model_copy(update={"id": article_id}))
    outcome, receipt = await intake.put(article, report=report, condition=condition)
    if outcome is PutOutcome.CREATED:
        response.status_code = status.HTTP_201_CREATED
    return receipt


@router.get("/{article_id:path}", responses={**NOT_FOUND, 304: {"description": "It is what If-None-Match names."}})
async def get_article(
    article_id: ArticleId,
    detector: UsesDetector,
    response: Response,
    if_none_match: Annotated[str | None, Header(description="ETags of what the caller has already.")] = None,
) -> StoredArticle:
    """The article as it was stored; its ETag names its state."""
    article = await detector.get(article_id)
    response.headers["ETag"] = etag_of(article)
    if if_none_match is not None and names(if_none_match, article):
        raise HTTPException(status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag_of(article)})
    return article


@router.delete("/{article_id:path}", status_code=status.HTTP_204_NO_CONTENT, responses={**NOT_FOUND, **PRECONDITION})
async def delete_article(article_id: ArticleId, intake: UsesIntake, condition: UsesCondition) -> None:
    """Remove the article and everything that leads to it."""
    await intake.delete(article_id, condition)


def lasting(article: Article) -> Article:
    """The article; ExpiredArticleError when it would be gone at once."""
    if article.expires_at is not None and article.expires_at <= datetime.now(UTC):
        raise ExpiredArticleError
    return article


def link_pages(request: Request, response: Response, offset: int, limit: int, total: int) -> None:
    """Where the pages beside this one are (RFC 8288)."""
    places = {"prev": offset - limit if offset else -1, "next": offset + limit if offset + limit < total else -1}
    links = [
        f'<{request.url.include_query_params(offset=max(0, place))}>; rel="{name}"'
        for name, place in places.items()
        if place >= 0 or (name == "prev" and offset)
    ]
    if links:
        response.headers["Link"] = ", ".join(links)
