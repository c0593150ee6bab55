"""Evidence of what one article owes to another: side by side, for printing, as files, and with a reader's judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from wirematch import __version__
from wirematch.api.pages.check import find_checked
from wirematch.api.pages.dependencies import MayChange, UsesChecked, UsesJudgements, UsesPdfMaker
from wirematch.api.pages.made_in_thread import made_in_thread
from wirematch.api.pages.page_route import PageRoute, download, plain_name
from wirematch.api.pdf_maker import PdfMaker
from wirematch.api.request_state import UsesDetector
from wirematch.detection.detector import Detector
from wirematch.models import Article, Derivation
from wirematch.models.checked_articles import CHECK
from wirematch.presentation.pages.evidence_view import view_evidence
from wirematch.presentation.pages.exports import evidence_csv, evidence_json
from wirematch.presentation.pages.facts import article_page, evidence_page
from wirematch.presentation.pages.pdf import can_make_pdf
from wirematch.presentation.pages.rendering import render
from wirematch.presentation.pages.review_view import NAMES
from wirematch.state.judgements import LONGEST_NOTE, Judgements, judgement_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class EvidenceFormat(StrEnum):
    """Formats of the evidence."""

    PAGE = "page"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    CSV = "csv"


FORMATS = [(one.value, one.value.upper()) for one in EvidenceFormat if one is not EvidenceFormat.PAGE]
"""Formats that can be downloaded, with their labels."""
OwnWordsOnly = Annotated[bool, Query(alias="own", description="Only the reporter's own words.")]
InTranslation = Annotated[bool, Query(description="Also show the translation of translated texts.")]
WantedAs = Annotated[EvidenceFormat, Query(alias="as")]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two articles to compare, and the addresses of their evidence."""

    name: str
    """Id of the submission, as judgements name it."""
    submission: Article
    story: Article
    address: str
    back: str
    """Path of the page of the article that was asked about."""
    said: Sequence[str | None] = ()
    """The two texts as translated, if asked for; None for one that is not translated."""


async def _of_check(  # noqa: PLR0913 - its parameters
    key: str,
    story_id: str,
    detector: UsesDetector,
    checked: UsesChecked,
    *,
    turned: bool = False,
    translation: InTranslation = False,
) -> Compared:
    """With ``turned``, the stored article came later and took from the checked one."""
    article, stored = await find_checked(checked, key), await detector.stored.get(story_id)
    base = f"/checks/{key}"
    address = evidence_page(base, story_id)
    named = article.model_copy(update={"id": f"{CHECK}{key}"})
    sides = (stored, named) if turned else (article, stored)
    said = await detector.translated_texts(sides) if translation else ()
    if turned:
        return Compared(story_id, stored, named, f"{address}?turned=1", base, said)
    return Compared(f"{CHECK}{key}", article, stored, address, base, said)


async def _of_article(
    article_id: str, story_id: str, detector: UsesDetector, *, translation: InTranslation = False
) -> Compared:
    base = article_page(article_id)
    submission, story = await detector.stored.get(article_id), await detector.stored.get(story_id)
    said = await detector.translated_texts((submission, story)) if translation else ()
    return Compared(article_id, submission, story, evidence_page(base, story_id), base, said)


OfCheck = Annotated[Compared, Depends(_of_check)]
OfArticle = Annotated[Compared, Depends(_of_article)]
SentVerdict = Annotated[Derivation | None, Form()]
Note = Annotated[str, Form(max_length=LONGEST_NOTE)]


@router.get("/checks/{key}/against/{story_id:path}")  # noqa: FAST003 - its dependency takes them
async def show_of_check(  # noqa: PLR0913 - its parameters
    compared: OfCheck,
    detector: UsesDetector,
    judgements: UsesJudgements,
    may_judge: MayChange,
    pdf_maker: UsesPdfMaker,
    *,
    own: OwnWordsOnly = False,
    wanted: WantedAs = EvidenceFormat.PAGE,
) -> Response:
    """Evidence of a checked article."""
    return await _show(compared, detector, judgements, pdf_maker, own=own, wanted=wanted, may_judge=may_judge)


@router.get("/articles/{article_id:path}/against/{story_id:path}")  # noqa: FAST003 - its dependency takes them
async def show_of_article(  # noqa: PLR0913 - its parameters
    compared: OfArticle,
    detector: UsesDetector,
    judgements: UsesJudgements,
    may_judge: MayChange,
    pdf_maker: UsesPdfMaker,
    *,
    own: OwnWordsOnly = False,
    wanted: WantedAs = EvidenceFormat.PAGE,
) -> Response:
    """Evidence of two stored articles."""
    return await _show(compared, detector, judgements, pdf_maker, own=own, wanted=wanted, may_judge=may_judge)


@router.post("/checks/{key}/against/{story_id:path}")  # noqa: FAST003 - its dependency takes them
async def judge_of_check(
    compared: OfCheck, judgements: UsesJudgements, verdict: SentVerdict = None, note: Note = ""
) -> Response:
    """Keep a reader's verdict on the match; without one, delete it."""
    return await _judge(compared, judgements, verdict, note)


@router.post("/articles/{article_id:path}/against/{story_id:path}")  # noqa: FAST003 - its dependency takes them
async def judge_of_article(
    compared: OfArticle, judgements: UsesJudgements, verdict: SentVerdict = None, note: Note = ""
) -> Response:
    """The same for two stored articles."""
    return await _judge(compared, judgements, verdict, note)


async def _show(  # noqa: PLR0913 - what both routes have
    compared: Compared,
    detector: Detector,
    judgements: Judgements,
    pdf_maker: PdfMaker,
    *,
    own: bool,
    wanted: EvidenceFormat,
    may_judge: bool,
) -> Response:
    submission, story = compared.submission, compared.story
    match = await detector.compare(submission, story, explain=wanted is EvidenceFormat.PAGE)
    now = datetime.now(UTC)
    name = f"evidence-{plain_name(submission)}-{plain_name(story)}"
    if wanted is EvidenceFormat.JSON:
        return download(evidence_json(submission, story, match, now, __version__), "application/json", f"{name}.json")
    if wanted is EvidenceFormat.CSV:
        return download(evidence_csv(submission, story, match), "text/csv", f"{name}.csv")

    def written(template: str, **shown: Any) -> str:
        return render(template, view=view_evidence(submission, story, match, own=own), made_at=now, **shown)

    if wanted is not EvidenceFormat.PAGE:
        alone = await made_in_thread(detector, (submission, story), lambda: written("evidence_file.html"))
        if wanted is EvidenceFormat.HTML:
            return download(alone, "text/html", f"{name}.html")
        return download(await pdf_maker.make(alone), "application/pdf", f"{name}.pdf")
    pair = (compared.name, story.id or "")
    shown = {
        "address": compared.address,
        "back": compared.back,
        "judged": (await judgements.find([pair])).get(pair),
        "names": NAMES,
        "said": compared.said,
        "may_judge": may_judge,
        "formats": [one for one in FORMATS if one[0] != EvidenceFormat.PDF or can_make_pdf()],
    }
    return HTMLResponse(await made_in_thread(detector, (submission, story), lambda: written("evidence.html", **shown)))


async def _judge(compared: Compared, judgements: Judgements, verdict: Derivation | None, note: str) -> Response:
    if verdict is None:
        await judgements.forget(compared.name, compared.story.id or "")
    else:
        await judgements.keep(judgement_of(compared.name, compared.submission, compared.story, verdict, note.strip()))
    return RedirectResponse(f"{compared.address}#review", 303)
