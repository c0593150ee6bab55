"""The report of an article that is stored, made again when somebody wants to see it (``docs/adr/0016``)."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.detection.detector import Detector
from wirematch.detection.policy import DERIVED_DECISIONS
from wirematch.matching.judge import DECISIONS
from wirematch.models import Attribution, Decision, Filters, Kind, Report, StoredArticle

MATCHES = 20


async def report_again(detector: Detector, stored: StoredArticle, kinds: Sequence[Kind] | None = None) -> Report:
    """What the article derives from, among all (of these ``kinds``) that was published before it.

    Errors are those of Detector.check. Where it is not known when it was published, all stories count except itself,
    and shares of several sources, in which it would be counted as its own source, are left out.
    """
    article = stored.as_submitted()
    wanted = None if kinds is None else list(kinds)
    if article.published_at is not None:
        return await detector.check(
            article, Filters(published_before=article.published_at, kinds=wanted, limit=MATCHES)
        )
    report = await detector.check(article, Filters(kinds=wanted, limit=MATCHES + 1))
    matches = [match for match in report.matches if match.id != article.id]
    if len(matches) == len(report.matches):
        return report
    decision = DECISIONS[matches[0].relation] if matches else Decision.NEW
    if report.decision is Decision.UNDECIDED:
        decision = Decision.UNDECIDED
    return report.model_copy(
        update={
            "matches": matches,
            "decision": decision,
            "original_id": matches[0].id if decision in DERIVED_DECISIONS else None,
            "attribution": Attribution(stories=[], original=1.0),
        }
    )
