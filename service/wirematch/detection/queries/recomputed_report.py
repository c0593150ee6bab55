"""The report of a stored article, computed again when somebody asks for it (``docs/adr/0016``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from wirematch.detection.checking import Checker
from wirematch.detection.clustering import Clustering
from wirematch.detection.queries.pickups import came_before
from wirematch.index.protocol import Record, StoryIndex
from wirematch.models import Kind, Report, SourceFilters

MATCHES = 20


async def report_again(
    checker: Checker, index: StoryIndex, clustering: Clustering, record: Record, kinds: Sequence[Kind] | None = None
) -> Report:
    """Report what a stored article derives from among everything (of these ``kinds``) that came before it.

    That is what lists it among its pickups. Raises the errors of StoryIndex and of
    Checker.check.
    """
    article = record.article.as_submitted()
    filters = SourceFilters(
        not_published_after=article.published_at, kinds=None if kinds is None else list(kinds), limit=MATCHES
    )
    members = await clustering.first_members(index, record)
    wanted = [one for one in members if kinds is None or one.article.kind in kinds]
    return await checker.check(article, filters, partial(came_before, article=record), wanted)
