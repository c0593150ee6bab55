"""Filters of stored articles, from options."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from wirematch.errors import InvalidArticleError
from wirematch.errors.validation import message_of
from wirematch.models import Filters


def read_filters(
    sources: Sequence[str] | None, kind: str | None, published_after: str | None, published_before: str | None
) -> Filters:
    """Return the filters. Raises InvalidArticleError for an unusable value."""
    given = {
        "sources": list(sources) if sources else None,
        "kinds": [kind] if kind else None,
        "published_after": published_after,
        "published_before": published_before,
    }
    try:
        return Filters.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = {"sources": "source", "kinds": "kind"}.get(str(first["loc"][0]), str(first["loc"][0]))
        raise InvalidArticleError(f"--{option.replace('_', '-')}: {message_of(first)}.") from error
