"""``export``: every stored article as a line of JSON."""

from __future__ import annotations

from wirematch.commands.local_index import require_stored, run_on_index
from wirematch.composition.components import IndexComponents
from wirematch.models import Filters
from wirematch.presentation.console import Screen
from wirematch.presentation.standard_output import write_data
from wirematch.settings import Settings

PAGE_ARTICLES = 500


def export_articles(
    filters: Filters,
    settings: Settings,
) -> None:
    """Print the articles that pass these filters."""
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
