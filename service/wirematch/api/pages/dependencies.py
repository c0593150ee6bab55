"""Dependencies of pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from wirematch.access.key import Caller, Scope
from wirematch.api.pdf_maker import PdfMaker
from wirematch.api.request_state import from_components, from_state
from wirematch.models import Report
from wirematch.state.checks import CheckedArticles
from wirematch.state.earlier_versions import EarlierVersions
from wirematch.state.judgements import Judgements, called_wrong
from wirematch.state.pickup_log import PickupLog

UsesPdfMaker = Annotated[PdfMaker, from_state("pdf_maker")]
UsesEarlierVersions = Annotated[EarlierVersions, from_components("earlier_versions")]
UsesPickupLog = Annotated[PickupLog, from_components("pickup_log")]
UsesJudgements = Annotated[Judgements, from_components("judgements")]
UsesChecked = Annotated[CheckedArticles, from_components("checked")]


async def _may_change(request: Request) -> bool:
    caller: Caller | None = request.state.caller
    return caller is None or caller.may(Scope.STORE)


MayChange = Annotated[bool, Depends(_may_change)]
"""Whether the caller may submit forms that change what everybody sees."""


async def find_wrong_stories(judgements: Judgements, submission_id: str, report: Report) -> set[str]:
    """Ids of the stories in a report that a reader has judged not to be a source of the article."""
    pairs = [(submission_id, match.id) for match in report.matches if match.id]
    return {story_id for _, story_id in await called_wrong(judgements, pairs)}
