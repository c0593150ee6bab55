"""Reports corrected by readers' judgements: matches judged wrong are left out."""

from __future__ import annotations

from collections.abc import Callable, Collection

from wirematch.matching.fast_decision import DECISIONS
from wirematch.models import Decision, Match, Report
from wirematch.models.listings import PickupPage


def without(report: Report, wrong: Collection[str]) -> Report:
    """Return the report without the matches of these stories; their words count as the article's own."""
    matches = [match for match in report.matches if match.id not in wrong]
    if len(matches) == len(report.matches):
        return report
    decision = report.decision
    if decision is not Decision.UNDECIDED:
        decision = DECISIONS[matches[0].relation] if matches else Decision.NEW
    contributions = [contribution for contribution in report.attribution.stories if contribution.id not in wrong]
    original = min(1.0, max(0.0, round(1 - sum(contribution.share for contribution in contributions), 4)))
    return report.model_copy(
        update={
            "matches": matches,
            "decision": decision,
            "attribution": report.attribution.model_copy(update={"stories": contributions, "original": original}),
        }
    )


def pickups_where(page: PickupPage, stays: Callable[[Match], bool]) -> PickupPage:
    """Return the page with those of its pickups that stay."""
    kept = list(filter(stays, page.pickups))
    return page.model_copy(update={"pickups": kept, "total": page.total - len(page.pickups) + len(kept)})
