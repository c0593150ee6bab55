"""Dependencies of pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from wirematch.access.key import Caller, Scope
from wirematch.api.pdf_maker import PdfMaker
from wirematch.models import Report
from wirematch.state.catalogue import Catalogue
from wirematch.state.checks import CheckedArticles
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.judgements import Judgements, called_wrong
from wirematch.state.pickup_log import PickupLog


async def _checked(request: Request) -> CheckedArticles:
    checked: CheckedArticles = request.state.checked
    return checked


async def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.state.catalogue
    return catalogue


async def _judgements(request: Request) -> Judgements:
    judgements: Judgements = request.state.judgements
    return judgements


async def _pickup_log(request: Request) -> PickupLog:
    log: PickupLog = request.state.pickup_log
    return log


async def _earlier(request: Request) -> EarlierVersions:
    earlier: EarlierVersions = request.state.earlier_versions
    return earlier


async def _pdf_maker(request: Request) -> PdfMaker:
    maker: PdfMaker = request.state.pdf_maker
    return maker


UsesPdfMaker = Annotated[PdfMaker, Depends(_pdf_maker)]
UsesEarlierVersions = Annotated[EarlierVersions, Depends(_earlier)]
UsesPickupLog = Annotated[PickupLog, Depends(_pickup_log)]
UsesJudgements = Annotated[Judgements, Depends(_judgements)]
UsesCatalogue = Annotated[Catalogue, Depends(_catalogue)]
UsesChecked = Annotated[CheckedArticles, Depends(_checked)]


async def _may_change(request: Request) -> bool:
    caller: Caller | None = request.state.caller
    return caller is None or caller.may(Scope.STORE)


MayChange = Annotated[bool, Depends(_may_change)]
"""Whether the caller may submit forms that change what everybody sees."""


async def find_wrong_stories(judgements: Judgements, submission_id: str, report: Report) -> set[str]:
    """Ids of the stories in a report that a reader has judged not to be a source of the article."""
    pairs = [(submission_id, match.id) for match in report.matches if match.id]
    return {story_id for _, story_id in await called_wrong(judgements, pairs)}
