"""The report of a stored article, computed again when somebody asks for it (``docs/adr/0016``)."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.detection.checking import Checker
from wirematch.detection.policy import DERIVED_DECISIONS
from wirematch.matching.judge import DECISIONS
from wirematch.models import Attribution, Decision, Filters, Kind, Report, StoredArticle

MATCHES = 20


async def report_again(checker: Checker, stored: StoredArticle, kinds: Sequence[Kind] | None = None) -> Report:
    """Report what the article derives from among everything (of these ``kinds``) published before it.

    Raises the errors of Checker.check. Without a time of publication, all stories count except itself, and the
    attribution is left out, as the article would be counted as its own source.
    """
    article = stored.as_submitted()
    wanted = None if kinds is None else list(kinds)
    if article.published_at is not None:
        return await checker.check(article, Filters(published_before=article.published_at, kinds=wanted, limit=MATCHES))
    report = await checker.check(article, Filters(kinds=wanted, limit=MATCHES + 1))
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
