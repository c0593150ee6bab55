"""The attribution page: which part of an article comes from which of several stories."""

from __future__ import annotations

from fastapi import APIRouter, Response

from wirematch.api.pages.check import find_checked, find_wrong_stories
from wirematch.api.pages.page_route import PageRoute, made_in_thread, page
from wirematch.api.request_state import UsesChecked, UsesDetector, UsesJudgements
from wirematch.detection.detector import Detector
from wirematch.models import Article, Report
from wirematch.models.checked_articles import CHECK
from wirematch.presentation.pages.attribution_view import view_attribution
from wirematch.presentation.pages.facts import article_page
from wirematch.presentation.pages.judged_report import without

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/checks/{key}/sources")
async def of_check(key: str, detector: UsesDetector, checked: UsesChecked, judgements: UsesJudgements) -> Response:
    """The attribution of a checked article."""
    article = await find_checked(checked, key)
    report = await detector.check(article)
    report = without(report, await find_wrong_stories(judgements, f"{CHECK}{key}", report))
    return await _answer(detector, article, report, f"/checks/{key}")


@router.get("/articles/{article_id:path}/sources")
async def of_article(article_id: str, detector: UsesDetector, judgements: UsesJudgements) -> Response:
    """The attribution of a stored article."""
    article = await detector.stored.get(article_id)
    report = await detector.stored.report_again(article_id)
    report = without(report, await find_wrong_stories(judgements, article_id, report))
    return await _answer(detector, article, report, article_page(article_id))


async def _answer(detector: Detector, article: Article, report: Report, base: str) -> Response:
    return await made_in_thread(
        detector, [article], lambda: page("attribution.html", view=view_attribution(article, report, base), back=base)
    )
