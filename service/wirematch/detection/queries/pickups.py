"""Pickups of a story: stored articles that derive from it and came after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from wirematch.detection.deciding.exact_copies import storing_order
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.sources import DERIVED
from wirematch.matching.story_facts import match_of
from wirematch.models import Match


def came_after(records: Sequence[Record], story: Record) -> list[Record]:
    """Return the records that may derive from ``story``: published later, or stored later if a time is unknown."""
    return [record for record in records if _is_later(record, story)]


def came_before(records: Sequence[Record], article: Record) -> list[Record]:
    """Return the records that ``article`` may derive from: those that it is a later one than."""
    return [record for record in records if _is_later(article, record)]


def _is_later(one: Record, other: Record) -> bool:
    times = (one.article.published_at, other.article.published_at)
    if times[0] is not None and times[1] is not None and times[0] != times[1]:
        return times[0] > times[1]
    return storing_order(one) > storing_order(other)


def derived_from(comparer: Comparer, story: PreparedArticle, articles: Sequence[PreparedArticle]) -> list[Match]:
    """Return the articles that derive from ``story``, in order, each with its evidence. CPU work."""
    pickups = []
    for article, score in zip(articles, comparer.score_pairs(story, articles), strict=True):
        evidence = comparer.explain(article, story, score, explain_related=False)
        if evidence.relation in DERIVED:
            pickups.append(match_of(article.article, evidence))
    return pickups


def newest_first(pickups: Sequence[Match], records: Sequence[Record]) -> list[Match]:
    """Sort by time of publication, or of storing if that is unknown."""
    times: dict[str | None, datetime] = {
        record.article.id: record.article.published_at or record.article.stored_at for record in records
    }
    return sorted(pickups, key=lambda pickup: times[pickup.id], reverse=True)
