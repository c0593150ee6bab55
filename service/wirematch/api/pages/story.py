"""The page of a stored article."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi import Path as PathParameter

from wirematch.api.pages.check import find_wrong_stories
from wirematch.api.pages.page_route import PageRoute, download, made_in_thread, page, plain_name
from wirematch.api.request_state import UsesDetector, UsesEarlierVersions, UsesJudgements
from wirematch.concurrency import together
from wirematch.detection.detector import Detector
from wirematch.errors import VersionNotFoundError
from wirematch.models import Article
from wirematch.presentation.pages.changes_view import view_changes, view_versions
from wirematch.presentation.pages.exports import pickups_csv, pickups_json
from wirematch.presentation.pages.judged_report import pickups_where
from wirematch.presentation.pages.story_view import ShownPickups, pickups_by_others, view_story
from wirematch.state.judgements import called_wrong

PICKUPS_SHOWN = 50
MOST_MEMBERS = 50

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/articles/{article_id:path}/since/{earlier_id:path}")
async def show_changes(article_id: str, earlier_id: str, detector: UsesDetector) -> Response:
    """What changed since an earlier version that is stored under its own id."""
    earlier, article = await detector.stored.get(earlier_id), await detector.stored.get(article_id)
    return await _changes(detector, earlier, article)


@router.get("/articles/{article_id:path}/versions/{version}")
async def show_version(
    article_id: str, version: Annotated[int, PathParameter(ge=1)], detector: UsesDetector, earlier: UsesEarlierVersions
) -> Response:
    """What the next version changed in an earlier one."""
    article = await detector.stored.get(article_id)
    following, number = article.as_submitted(), article.version
    for one in await earlier.of(article):
        if one.version == version:
            labels = (f"version {version}", f"version {number}")
            return await _changes(detector, one.article, following, labels)
        following, number = one.article, one.version
    raise VersionNotFoundError(article_id, version)


@router.get("/articles/{article_id:path}")
async def show_article(  # noqa: PLR0913 - its parameters
    article_id: str,
    detector: UsesDetector,
    judgements: UsesJudgements,
    earlier: UsesEarlierVersions,
    *,
    wanted: Annotated[Literal["page", "json", "csv"], Query(alias="as")] = "page",
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    credit: Annotated[str, Query(pattern="^(no)?$")] = "",
) -> Response:
    """What the article derives from and who picked it up, as the index is now; files have all pickups."""
    article = await detector.stored.get(article_id)
    pickups = await detector.stored.pickups(article_id, 0, sys.maxsize)
    if wanted == "json":
        return download(pickups_json(pickups), "application/json", f"pickups-{plain_name(article)}.json")
    not_from_it = await called_wrong(judgements, [(one.id or "", article_id) for one in pickups.pickups])
    kept = pickups_where(pickups, lambda one: (one.id or "", article_id) not in not_from_it)
    if wanted == "csv":
        table = pickups_csv(article, pickups_by_others(article, kept).pickups)
        return download(table, "text/csv", f"pickups-{plain_name(article)}.csv")
    report, cluster, versions = await together(
        detector.stored.report_again(article_id),
        detector.stored.cluster(article_id, 0, MOST_MEMBERS),
        earlier.of(article),
    )
    wrong = await find_wrong_stories(judgements, article_id, report)

    shown = ShownPickups(offset, PICKUPS_SHOWN, uncredited_only=credit == "no")

    def make() -> Response:
        view, rows = view_story(article, report, kept, cluster, wrong, shown), view_versions(article, versions)
        return page("story.html", view=view, earlier=rows)

    return await made_in_thread(detector, [article, *(one.article for one in versions)], make)


async def _changes(
    detector: Detector, before: Article, after: Article, labels: tuple[str, str] | None = None
) -> Response:
    return await made_in_thread(
        detector, (before, after), lambda: page("changes.html", view=view_changes(before, after), labels=labels)
    )
