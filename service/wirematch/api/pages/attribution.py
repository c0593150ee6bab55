"""Of an article that several stories went into, what comes from where."""

from __future__ import annotations

from fastapi import APIRouter, Response

from wirematch.api.pages.check import find_checked
from wirematch.api.pages.page_route import PageRoute, page
from wirematch.api.pages.state import UsesChecked
from wirematch.api.state import UsesDetector
from wirematch.detection.stored_report import report_again
from wirematch.models import Article, Report
from wirematch.presentation.pages.attribution_view import view_attribution
from wirematch.presentation.pages.facts import article_page

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/checks/{key}/sources")
async def of_check(key: str, detector: UsesDetector, checked: UsesChecked) -> Response:
    """Of an article that was checked."""
    article = await find_checked(checked, key)
    return _answer(article, await detector.check(article), f"/checks/{key}")


@router.get("/articles/{article_id:path}/sources")
async def of_article(article_id: str, detector: UsesDetector) -> Response:
    """Of one that is stored."""
    article = await detector.get(article_id)
    return _answer(article, await report_again(detector, article), article_page(article_id))


def _answer(article: Article, report: Report, base: str) -> Response:
    return page("attribution.html", view=view_attribution(article, report, base), back=base)
