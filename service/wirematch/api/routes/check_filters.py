"""Filters of a check in its query string, named as in a JSON body: news documents have no room for them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from wirematch.models import Filters, Kind, Line
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
