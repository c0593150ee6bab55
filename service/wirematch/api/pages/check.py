"""The front page: paste an article and see what it derives from."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from wirematch.api import problems
from wirematch.api.pages.page_route import PageRoute, page
from wirematch.api.problems import Problem
from wirematch.api.request_state import MayChange, UsesCatalogue, UsesChecked, UsesDetector, UsesIntake, UsesJudgements
from wirematch.detection.detector import Detector
from wirematch.detection.documents.intake import DocumentIntake, only_document
from wirematch.errors import ArticleExistsError, ArticleNotFoundError, CheckNotFoundError, InvalidArticleError
from wirematch.formats.registry import recognise
from wirematch.models import Article, Decision, Filters, Report
from wirematch.models.checked_articles import CHECK
from wirematch.presentation.pages.check_view import RelatedView, unlisted_original, view_check, view_related
from wirematch.presentation.pages.samples import KEPT_BACK, samples, samples_to_store
from wirematch.state.catalogue import Catalogue, CatalogueQuery
from wirematch.state.checks import CheckedArticles
from wirematch.state.judgements import Judgements, called_wrong

Field = Annotated[str, Form()]
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s。，、：！？「」]+", re.IGNORECASE)
"""Without the marks of Chinese and Japanese sentences, which have no spaces either."""


class SubmissionForm:
    """The form's fields; a dependency, so that every page that accepts an article accepts the same."""

    def __init__(
        self,
        text: Field = "",
        headline: Field = "",
        source: Field = "",
        published_at: Field = "",
        file: UploadFile | None = None,
    ) -> None:
        self.text = text.replace("\r\n", "\n")
        self.headline = headline.strip()
        self.source = source.strip()
        self.published_at = published_at.strip()
        self._file = file

    async def read(self, intake: DocumentIntake) -> Article:
        """Return the article without an id. Raises InvalidArticleError if there is none, or several."""
        name = (self._file.filename if self._file else "") or ""
        content = await self._file.read() if self._file and name else b""
        if not content:
            content, name = self.text.encode(), ""
            if _ADDRESS.fullmatch(self.text.strip()):
                raise InvalidArticleError(
                    "This is the address of a page, and Wirematch does not fetch pages. Paste the article's text, or "
                    "save the page and choose its file."
                )
        if not content.strip():
            raise InvalidArticleError("It contains no text. Paste an article, or choose a file that holds one.")
        article = only_document(await intake.read(content, recognise(content, name))).article
        if article is None:
            raise InvalidArticleError("The document is a withdrawal without a text, so there is nothing to compare.")
        given = {"headline": self.headline, "source": self.source, "published_at": self._time()}
        kept = article.model_dump(exclude_none=True, exclude={"id"}) | {
            name: value for name, value in given.items() if value
        }
        return Article.model_validate(kept)

    def _time(self) -> datetime | None:
        """Parse the value of a browser's ``datetime-local`` field, as UTC unless it has an offset."""
        if not self.published_at:
            return None
        try:
            moment = datetime.fromisoformat(self.published_at)
        except ValueError:
            raise InvalidArticleError(
                f"{self.published_at!r} is not a time; write it as 2026-03-03T11:40 in UTC, or with its offset."
            ) from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


router = APIRouter(route_class=PageRoute, include_in_schema=False)
SentForm = Annotated[SubmissionForm, Depends()]
EMPTY = SubmissionForm()
ON_THE_EVENT = Filters(include_related=True, limit=3)


@router.get("/")
async def show_form(catalogue: UsesCatalogue, may_store: MayChange, sample: str = "") -> Response:
    """The form, filled in with a sample if one is asked for."""
    form = EMPTY
    if sample in samples():
        article = samples()[sample]
        form = SubmissionForm(
            article.body,
            article.headline or "",
            article.source or "",
            article.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if article.published_at else "",
        )
    return await _form_page(catalogue, form, may_store=may_store)


@router.post("/")
async def check(
    form: SentForm, catalogue: UsesCatalogue, intake: UsesIntake, checked: UsesChecked, may_store: MayChange
) -> Response:
    """Keep the article for a while and redirect to its report, so that the report has a URL."""
    try:
        article = await form.read(intake)
    except (InvalidArticleError, ValidationError) as error:
        fault = problems.of_error(error) if isinstance(error, InvalidArticleError) else problems.invalid(error.errors())
        return await _form_page(catalogue, form, fault, may_store=may_store)
    return RedirectResponse(f"/checks/{await checked.keep(article)}", 303)


@router.get("/checks/{key}")
async def show_check(key: str, detector: UsesDetector, checked: UsesChecked, judgements: UsesJudgements) -> Response:
    """What a checked article derives from, as the index is now."""
    article = await find_checked(checked, key)
    report = await detector.check(article)
    base = f"/checks/{key}"
    wrong = await find_wrong_stories(judgements, f"{CHECK}{key}", report)
    related: RelatedView | None = None
    if (
        report.decision is Decision.NEW and report.index.candidates
    ):  # for "nothing taken", readers want to see what it was compared with
        related = view_related(article, await detector.check(article, ON_THE_EVENT), base)
    original = await _unlisted_original(detector, report)
    view = view_check(article, report, base, wrong, original)
    return page("check_result.html", view=view, related=related, base=base)


async def _unlisted_original(detector: Detector, report: Report) -> Article | None:
    original_id = unlisted_original(report)
    if original_id is None:
        return None
    try:
        return await detector.stored.get(original_id)
    except ArticleNotFoundError:  # deleted meanwhile
        return None


@router.post("/samples")
async def load_samples(detector: UsesDetector) -> Response:
    """Store the samples, except those meant to be checked, as ordinary articles."""
    for article in samples_to_store():
        try:
            await detector.add(article)
        except ArticleExistsError:  # the button was pressed twice
            continue
    return RedirectResponse("/?sample=strait-accord-rewrite", 303)


async def find_wrong_stories(judgements: Judgements, submission_id: str, report: Report) -> set[str]:
    """Ids of the stories in a report that a reader has judged not to be a source of the article."""
    pairs = [(submission_id, match.id) for match in report.matches if match.id]
    return {story_id for _, story_id in await called_wrong(judgements, pairs)}


async def find_checked(checked: CheckedArticles, key: str) -> Article:
    """Return a checked article. Raises CheckNotFoundError if it is no longer kept."""
    article = await checked.find(key)
    if article is None:
        raise CheckNotFoundError
    return article


async def _form_page(
    catalogue: Catalogue, form: SubmissionForm, fault: Problem | None = None, *, may_store: bool
) -> Response:
    stored = (await catalogue.newest(CatalogueQuery(), 1)).stored
    status = fault.status if fault else 200
    return page("check.html", status, form=form, fault=fault, stored=stored, samples=KEPT_BACK, may_store=may_store)
