"""Sentences that tell what storing a document did."""

from __future__ import annotations

from wirematch.detection.documents.intake import Withdrawal
from wirematch.models import Decision, Receipt, Report

Answer = Receipt | Withdrawal


def describe_answer(answer: Answer) -> str:
    """For example ``stored as n-81, rewrite of n-12``; the receipt of a stored article must have a report."""
    if isinstance(answer, Withdrawal):
        return _describe_withdrawal(answer)
    if not answer.stored:
        if answer.version is None:
            return f"{answer.id} is not stored: this version or a newer one of it was withdrawn"
        return f"{answer.id} is unchanged: this version or a newer one is stored"
    assert answer.report is not None
    told = f"; not translated yet: {answer.untranslated}" if answer.untranslated else ""
    return f"stored as {answer.id}, {_describe_decision(answer.report)}{told}"


def _describe_decision(report: Report) -> str:
    if report.decision is Decision.UNDECIDED:
        return f"undecided ({report.why})"
    return "new" if report.decision is Decision.NEW else f"{report.decision} of {report.original_id}"


def _describe_withdrawal(withdrawal: Withdrawal) -> str:
    if withdrawal.withdrawn:
        pickups = ", ".join(f"{pickup.id} ({pickup.source or 'unknown'})" for pickup in withdrawal.pickups)
        more = "; there may be more" if withdrawal.incomplete else ""
        return f"{withdrawal.id} withdrawn ({withdrawal.status}), pickups: {pickups or 'none'}{more}"
    if withdrawal.outdated:
        return f"{withdrawal.id} is unchanged: this version or a newer one is stored"
    return f"{withdrawal.id} withdrawn ({withdrawal.status}), but it was not stored"
