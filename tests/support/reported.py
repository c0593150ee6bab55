"""Reports on the sample articles, made by the real matcher."""

from __future__ import annotations

from wirematch.matching.judge import judge
from wirematch.matching.resources import default_comparer
from wirematch.models import Article, IndexState, Report
from wirematch.presentation.pages.samples import samples


def article(name: str) -> Article:
    return samples()[name]


def report_on(submission: Article, *stories: Article) -> Report:
    comparer = default_comparer()
    verdict = judge(
        comparer, comparer.prepare(submission), list(map(comparer.prepare, stories)), include_related=False, limit=10
    )
    return Report(
        decision=verdict.decision,
        why=verdict.why,
        original_id=None,
        matches=verdict.matches,
        pickups=verdict.pickups,
        attribution=verdict.attribution,
        index=IndexState(articles=len(stories), candidates=len(stories), compared=len(stories)),
        took_ms=1.0,
    )
