"""``/v1/check`` and ``/v1/compare``, which store nothing, and the filters of a check."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.exceptions import RequestValidationError

from wirematch.api.media_types import ARTICLE_EXAMPLE, DOCUMENT_BODIES, STRICT
from wirematch.api.problems import RESPONSES
from wirematch.api.request_state import UsesDetector
from wirematch.api.strict_route import StrictRoute
from wirematch.models import Article, Filters, Kind, Line, Match, Report, Strict
from wirematch.models.written_time import WrittenTime

WantsReasons = Annotated[bool, Query(description="Whether to explain in words what speaks for and against each match.")]


def _described(name: str, **limits: Any) -> Any:
    return Query(description=Filters.model_fields[name].description, **limits)


MOST_SOURCES = 10
"""As in the list of articles; an address has less room than a body."""


class QueriedFilters:
    """The filters in a query string; a dependency of routes that check."""

    def __init__(  # noqa: PLR0913 - the filters
        self,
        *,
        sources: Annotated[list[Line] | None, _described("sources", max_length=MOST_SOURCES)] = None,
        kinds: Annotated[list[Kind] | None, _described("kinds", max_length=2)] = None,
        published_after: Annotated[WrittenTime | None, _described("published_after")] = None,
        published_before: Annotated[WrittenTime | None, _described("published_before")] = None,
        limit: Annotated[int | None, _described("limit", ge=1, le=100)] = None,
        include_related: Annotated[bool | None, _described("include_related")] = None,
        explain: WantsReasons = False,
    ) -> None:
        given = {
            "sources": sources,
            "kinds": kinds,
            "published_after": published_after,
            "published_before": published_before,
            "limit": limit,
            "include_related": include_related,
            "explain": explain or None,
        }
        self._given = {name: value for name, value in given.items() if value is not None}

    def over(self, body: Filters) -> Filters:
        """Return the filters of a body with these.

        Raises RequestValidationError where both have one and they differ, as nobody knows which was meant. To be
        explained, a check need be asked once.
        """
        twice = [
            {"type": "parameter", "loc": ("query", name), "msg": "the body has another value for it"}
            for name, value in self._given.items()
            if name != "explain" and name in body.model_fields_set and getattr(body, name) != value
        ]
        if twice:
            raise RequestValidationError(twice)
        return body.model_copy(update=self._given) if self._given else body


UsesQueriedFilters = Annotated[QueriedFilters, Depends()]


class CheckRequest(Article, Filters):
    """An article to check, and filters, in one object."""

    def article(self) -> Article:
        """Return the article's fields."""
        return Article.model_validate({name: getattr(self, name) for name in Article.model_fields})

    def filters(self) -> Filters:
        """Return the filters' fields."""
        return Filters.model_validate(
            {name: getattr(self, name) for name in self.model_fields_set & Filters.model_fields.keys()}
        )


class CompareRequest(Strict):
    """Two articles: does the submission derive from the story?"""

    submission: Article
    story: Article


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
