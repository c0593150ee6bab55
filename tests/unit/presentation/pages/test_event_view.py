"""The view of an event: which of two articles took from the other, and which part is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wirematch.models import Bound, Kind, Relation
from wirematch.models.listings import EventArticle, EventPage
from wirematch.presentation.pages.event_view import pairs_of, view_event

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def one(article_id: str, hours: float | None, relation: Relation | None, stored: float = 0) -> EventArticle:
    return EventArticle(
        id=article_id,
        source="Norwind",
        headline="A bridge fell",
        url=None,
        published_at=None if hours is None else NOON + timedelta(hours=hours),
        kind=Kind.ARTICLE,
        stored_at=NOON + timedelta(hours=stored),
        relation=relation,
        probability=None if relation is None else 0.5,
    )


@pytest.fixture
def event() -> EventPage:
    articles = [
        one("first", -2, Relation.REWRITE),
        one("asked", 0, None),
        one("same time", 0, Relation.COPY, stored=-1),
        one("undated", None, Relation.COPY, stored=1),
        one("last", 5, Relation.RELATED),
    ]
    return EventPage(id="asked", total=5, relations={}, offset=0, articles=articles)


def test_the_later_of_two_is_compared_with_the_earlier(event):
    """By publication; by storing if times are missing or the same."""
    view = view_event(event, set(), 0, 50)

    assert pairs_of(event) == [("asked", "first"), ("asked", "same time"), ("undated", "asked"), ("last", "asked")]
    assert [row.evidence for row in view.rows] == [
        "/articles/asked/against/first",
        None,
        "/articles/asked/against/same%20time",
        "/articles/undated/against/asked",
        "/articles/last/against/asked",
    ]
    assert [row.asked for row in view.rows] == [False, True, False, False, False]
    assert view.counts == "2 copies, 1 rewrite, 1 independent report"


def test_what_was_judged_wrong_is_counted_as_independent(event):
    view = view_event(event, {("asked", "first"), ("last", "asked")}, 0, 50)

    assert view.counts == "2 copies, 2 independent reports"
    assert not view.rows[0].derived


def test_a_part_has_its_places_and_neighbours(event):
    parts = [view_event(event, set(), offset, 2) for offset in (0, 2, 4)]

    assert [(part.first, part.last) for part in parts] == [(1, 2), (3, 4), (5, 5)]
    assert [part.earlier for part in parts] == [None, "/articles/asked/event", "/articles/asked/event?offset=2"]
    assert [part.later for part in parts] == ["/articles/asked/event?offset=2", "/articles/asked/event?offset=4", None]
    assert {part.counts for part in parts} == {"2 copies, 1 rewrite, 1 independent report"}


def test_it_says_if_some_may_be_missing(event):
    assert not view_event(event, set(), 0, 2).incomplete
    assert view_event(event.model_copy(update={"bounded": [Bound.CANDIDATES]}), set(), 0, 2).incomplete
