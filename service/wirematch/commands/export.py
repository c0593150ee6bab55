"""``export``: every stored article as a line of JSON."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from wirematch.commands.local_index import require_stored, run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.errors import InvalidArticleError
from wirematch.errors.validation import message_of
from wirematch.models import Filters
from wirematch.presentation.console import Screen
from wirematch.presentation.standard_output import write_data
from wirematch.settings import Settings

PAGE_ARTICLES = 500


def export_articles(
    sources: Sequence[str] | None,
    kind: str | None,
    published_after: str | None,
    published_before: str | None,
    settings: Settings,
) -> None:
    """Print the articles that pass these filters; InvalidArticleError for a value that cannot be used."""
    filters = _filters(sources, kind, published_after, published_before)
    require_stored(settings)

    async def print_all(components: IndexComponents) -> int:
        printed = 0
        last: int | None = 0
        while last is not None:
            records, last = await components.detector.index.list_page(last, PAGE_ARTICLES, filters)
            printed += len(records)
            for record in records:
                write_data(f"{record.article.as_submitted().model_dump_json(exclude_none=True)}\n")
        return printed

    if not run_on_index(settings, print_all):
        Screen.on_standard_error().print_line(
            "No stored article passes." if filters.narrow else "No article is stored."
        )


def _filters(
    sources: Sequence[str] | None, kind: str | None, published_after: str | None, published_before: str | None
) -> Filters:
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
