"""The stored articles on one event, first to last, each with its relation to the article that is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wirematch.detection.queries.pickups import came_after
from wirematch.index.protocol import Record
from wirematch.matching.compare import Comparer, PreparedArticle
from wirematch.matching.sources import DERIVED
from wirematch.matching.story_facts import story_facts
from wirematch.matching.translated.story import TranslatedStory
from wirematch.models import Relation, StoredArticle
from wirematch.models.listings import EventArticle


def list_event(
    comparer: Comparer,
    asked: tuple[Record, PreparedArticle],
    others: Sequence[tuple[Record, PreparedArticle]],
) -> list[EventArticle]:
    """List the article and those of ``others`` on its event, in order of publication. CPU-bound.

    Of two articles the later one may derive from the earlier one. ``others`` are each other's neighbours.
    """
    record, article = asked
    later = {other.number for other in came_after([other for other, _ in others], record)}
    found = [(record.article, _entry(record.article))]
    for (other, side), score in zip(others, comparer.score_pairs(article, [side for _, side in others]), strict=True):
        if score.related:
            relation = comparer.relate(side if other.number in later else article, score).relation
            found.append((other.article, _entry(other.article, relation=relation, probability=score.probability)))
    return [entry for _, entry in sorted(found, key=lambda pair: _time(pair[0]))]


def with_foreign(
    listed: Sequence[EventArticle], record: Record, foreign: Sequence[tuple[Record, TranslatedStory]]
) -> list[EventArticle]:
    """Merge articles in languages other than that of ``record`` into a listing, in order of publication."""
    later = {other.number for other in came_after([other for other, _ in foreign], record)}
    entries = {entry.id: entry for entry in listed}
    for other, found in foreign:
        relation = replace(found, later=other.number in later).finding.relation
        if relation in DERIVED or other.id not in entries:  # shared names alone put two articles on one event
            entries[other.id] = _entry(other.article, relation=relation, probability=found.probability)
    return sorted(entries.values(), key=lambda entry: entry.published_at or entry.stored_at)


def _time(article: StoredArticle) -> datetime:
    return article.published_at or article.stored_at


def _entry(
    article: StoredArticle, *, relation: Relation | None = None, probability: float | None = None
) -> EventArticle:
    said = None if probability is None else round(probability, 4)
    return EventArticle(
        **story_facts(article), kind=article.kind, stored_at=article.stored_at, relation=relation, probability=said
    )
