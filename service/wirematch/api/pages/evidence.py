"""Evidence of what one article owes to another: side by side, for printing, as files, and with a reader's judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from wirematch import __version__
from wirematch.api.pages.check import find_checked
from wirematch.api.pages.page_route import PageRoute, download, made_in_thread, plain_name
from wirematch.api.request_state import MayChange, UsesChecked, UsesDetector, UsesJudgements, UsesPdfMaker
from wirematch.models import Article, Derivation
from wirematch.models.checked_articles import CHECK
from wirematch.presentation.pages.evidence_view import ALL, PASSAGES_SHOWN, ListedPassages, view_evidence
from wirematch.presentation.pages.exports import evidence_csv, evidence_json
from wirematch.presentation.pages.facts import article_page, evidence_page
from wirematch.presentation.pages.pdf import can_make_pdf
from wirematch.presentation.pages.rendering import render
from wirematch.presentation.pages.review_view import NAMES
from wirematch.state.judgements import LONGEST_NOTE, judgement_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)


FORMATS = [(name, name.upper()) for name in ("html", "pdf", "json", "csv")]
"""Formats that can be downloaded, with their labels."""
OwnWordsOnly = Annotated[bool, Query(alias="own", description="Only the reporter's own words.")]
InTranslation = Annotated[bool, Query(description="Also show the translation of translated texts.")]
WantedAs = Annotated[Literal["page", "html", "pdf", "json", "csv"], Query(alias="as")]


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


async def _compared(  # noqa: PLR0913 - its parameters
    request: Request,
    story_id: str,
    detector: UsesDetector,
    checked: UsesChecked,
    *,
    turned: bool = False,
    translation: InTranslation = False,
) -> Compared:
    """With ``turned``, the stored article came later and took from the checked one."""
    if (key := request.path_params.get("key")) is not None:
        name, base, submission = f"{CHECK}{key}", f"/checks/{key}", await find_checked(checked, key)
    else:
        name = request.path_params["article_id"]
        base, submission = article_page(name), await detector.stored.get(name)
    story: Article = await detector.stored.get(story_id)
    address = evidence_page(base, story_id)
    if turned and key is not None:
        name, submission, story = story_id, story, submission.model_copy(update={"id": name})
        address += "?turned=1"
    said = await detector.translated_texts((submission, story)) if translation else ()
    return Compared(name, submission, story, address, base, said)


OfBoth = Annotated[Compared, Depends(_compared)]
SentVerdict = Annotated[Derivation | None, Form()]
Note = Annotated[str, Form(max_length=LONGEST_NOTE)]
OF_CHECK, OF_ARTICLE = "/checks/{key}/against/{story_id:path}", "/articles/{article_id:path}/against/{story_id:path}"


@router.get(OF_CHECK)
@router.get(OF_ARTICLE)
async def show(  # noqa: PLR0913 - its parameters
    compared: OfBoth,
    detector: UsesDetector,
    judgements: UsesJudgements,
    may_judge: MayChange,
    pdf_maker: UsesPdfMaker,
    *,
    own: OwnWordsOnly = False,
    passages: Annotated[int, Query(ge=0, le=1_000_000, description="How many longer ones are passed over.")] = 0,
    wanted: WantedAs = "page",
) -> Response:
    """Evidence of a checked article or of a stored one."""
    submission, story = compared.submission, compared.story
    match = await detector.compare(submission, story, explain=wanted == "page")
    now = datetime.now(UTC)
    name = f"evidence-{plain_name(submission)}-{plain_name(story)}"
    if wanted == "json":
        return download(evidence_json(submission, story, match, now, __version__), "application/json", f"{name}.json")
    if wanted == "csv":
        return download(evidence_csv(submission, story, match), "text/csv", f"{name}.csv")

    def written(template: str, listed: ListedPassages, **shown: Any) -> str:
        view = view_evidence(submission, story, match, own=own, listed=listed)
        return render(template, view=view, made_at=now, **shown)

    if wanted != "page":
        paper = wanted == "pdf"
        listed = ListedPassages(PASSAGES_SHOWN) if paper else ALL
        alone = await made_in_thread(
            detector, (submission, story), lambda: written("evidence_file.html", listed, paper=paper)
        )
        if wanted == "html":
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
        "formats": [one for one in FORMATS if one[0] != "pdf" or can_make_pdf()],
    }
    listed = ListedPassages(PASSAGES_SHOWN, passages)
    made = await made_in_thread(detector, (submission, story), lambda: written("evidence.html", listed, **shown))
    return HTMLResponse(made)


@router.post(OF_CHECK)
@router.post(OF_ARTICLE)
async def judge(compared: OfBoth, judgements: UsesJudgements, verdict: SentVerdict = None, note: Note = "") -> Response:
    """Keep a reader's verdict on the match; without one, delete it."""
    if verdict is None:
        await judgements.forget(compared.name, compared.story.id or "")
    else:
        await judgements.keep(judgement_of(compared.name, compared.submission, compared.story, verdict, note.strip()))
    return RedirectResponse(f"{compared.address}#review", 303)
