"""What one article owes to another, side by side, on paper and in files."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response

from wirematch import __version__
from wirematch.api.pages.check import find_checked
from wirematch.api.pages.page_route import PageRoute, download, page, plain_name
from wirematch.api.pages.state import UsesChecked
from wirematch.api.state import UsesDetector
from wirematch.detection.detector import Detector
from wirematch.models import Article
from wirematch.presentation.pages.evidence_view import view_evidence
from wirematch.presentation.pages.exports import evidence_csv, evidence_json
from wirematch.presentation.pages.facts import article_page, evidence_page
from wirematch.presentation.pages.rendering import render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class As(StrEnum):
    """How the evidence is wanted."""

    PAGE = "page"
    HTML = "html"
    JSON = "json"
    CSV = "csv"


OwnWordsOnly = Annotated[bool, Query(alias="own", description="Only the reporter's own words.")]
WantedAs = Annotated[As, Query(alias="as")]


@router.get("/checks/{key}/against/{story_id:path}")
async def of_check(  # noqa: PLR0913 - its parameters
    key: str,
    story_id: str,
    detector: UsesDetector,
    checked: UsesChecked,
    *,
    turned: bool = False,
    own: OwnWordsOnly = False,
    wanted: WantedAs = As.PAGE,
) -> Response:
    """Of an article that was checked; ``turned``, of a stored one that came later and took from it."""
    submission, story = await find_checked(checked, key), await detector.get(story_id)
    address = evidence_page(f"/checks/{key}", story_id)
    if turned:
        return await _answer(detector, story, submission, f"{address}?turned=1", own=own, wanted=wanted)
    return await _answer(detector, submission, story, address, own=own, wanted=wanted, back=f"/checks/{key}")


@router.get("/articles/{article_id:path}/against/{story_id:path}")
async def of_article(
    article_id: str,
    story_id: str,
    detector: UsesDetector,
    *,
    own: OwnWordsOnly = False,
    wanted: WantedAs = As.PAGE,
) -> Response:
    """Of two articles that are stored."""
    submission, story = await detector.get(article_id), await detector.get(story_id)
    base = article_page(article_id)
    return await _answer(detector, submission, story, evidence_page(base, story_id), own=own, wanted=wanted, back=base)


async def _answer(  # noqa: PLR0913 - what an answer is made from
    detector: Detector,
    submission: Article,
    story: Article,
    address: str,
    *,
    own: bool,
    wanted: As,
    back: str | None = None,
) -> Response:
    match = await detector.compare(submission, story)
    now = datetime.now(UTC)
    name = f"evidence-{plain_name(submission)}-{plain_name(story)}"
    if wanted is As.JSON:
        return download(evidence_json(submission, story, match, now, __version__), "application/json", f"{name}.json")
    if wanted is As.CSV:
        return download(evidence_csv(submission, story, match), "text/csv", f"{name}.csv")
    view = view_evidence(submission, story, match, own=own)
    if wanted is As.HTML:
        text = render("evidence_file.html", view=view, made_at=now)
        return download(text, "text/html", f"{name}.html")
    return page("evidence.html", view=view, made_at=now, address=address, back=back)
