"""From a verdict to the report that a caller sees."""

from __future__ import annotations

from wirematch.detection.submission import Retrieved
from wirematch.matching.judge import Verdict
from wirematch.models import Bound, IndexState, Report


def make_report(verdict: Verdict, retrieved: Retrieved, original_id: str | None, took_ms: float) -> Report:
    """Return the report of a verdict; ``took_ms`` is how long the caller waited, in milliseconds."""
    return Report(
        decision=verdict.decision,
        why=verdict.why,
        original_id=original_id,
        matches=verdict.matches,
        pickups=verdict.pickups,
        attribution=verdict.attribution,
        partial_index=retrieved.partial,
        index=IndexState(
            articles=retrieved.lookup.documents,
            candidates=len(retrieved.lookup.ranking),
            compared=retrieved.looked_at,
        ),
        untranslated=retrieved.cross_lingual.untranslated if retrieved.cross_lingual else None,
        took_ms=took_ms,
        bounded=[Bound.CANDIDATES] if retrieved.passed_over else [],
    )
