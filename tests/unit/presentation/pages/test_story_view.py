"""The page of a story: its pickups in time, and who owes it credit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.page_calls import rows_of
from support.reported import article
from wirematch.matching.resources import default_comparer
from wirematch.models import StoredArticle
from wirematch.models.listings import PickupPage
from wirematch.presentation.pages.exports import pickups_csv
from wirematch.presentation.pages.judged_report import pickups_where
from wirematch.presentation.pages.story_view import ShownPickups, pickups_by_others, view_pickups


def stored(name: str) -> StoredArticle:
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    return StoredArticle.model_validate(article(name).model_dump() | {"version": 1, "stored_at": moment})


def test_a_timeline_runs_from_the_story_to_the_last_pickup():
    story = stored("harbour-bridge-wire")
    comparer = default_comparer()
    names = ("harbour-bridge-excerpt", "harbour-bridge-rewrite", "harbour-bridge-copy")
    pickups = [comparer.compare_articles(article(name), story) for name in names]
    found = [
        one.model_copy(update={key: getattr(article(name), key) for key in ("id", "source", "published_at")})
        for one, name in zip(pickups, names, strict=True)
    ]
    undated = found[0].model_copy(update={"id": "undated", "published_at": None})
    page = PickupPage(id=story.id, total=4, offset=0, pickups=[*found, undated])
    view = view_pickups(story, page, ShownPickups(0, 100))

    assert [row.facts.id for row in view.rows] == [
        "harbour-bridge-rewrite", "harbour-bridge-copy", "harbour-bridge-excerpt", "undated",
    ]  # fmt: skip
    assert [row.x for row in view.rows][2:] == [1000.0, None]
    assert view.longest == timedelta(hours=20, minutes=35)
    own = pickups_by_others(
        story, page.model_copy(update={"pickups": [*found, undated.model_copy(update={"source": story.source})]})
    )
    assert (own.total, [one.id for one in own.pickups]) == (3, [one.id for one in found])
    kept = pickups_where(page, lambda one: one.id != "undated")
    assert (kept.total, len(kept.pickups)) == (3, 3)
    rows = rows_of(pickups_csv(story, page.pickups))
    assert [row["minutes_after"] for row in rows] == ["1235", "100", "265", ""]


def test_who_owes_no_credit_is_not_counted_as_giving_none():
    """As on the desk: a story that was published after an article, or whose source nobody knows, is owed none."""
    story, taker = stored("harbour-bridge-wire"), article("harbour-bridge-copy")
    found = (
        default_comparer().compare_articles(taker, story).model_copy(update={"source": taker.source, "credited": False})
    )
    assert story.published_at is not None
    times = {"before": story.published_at - timedelta(hours=1), "after": story.published_at + timedelta(hours=1)}
    pickups = [found.model_copy(update={"id": name, "published_at": time}) for name, time in times.items()]
    page = PickupPage(id=story.id, total=2, offset=0, pickups=pickups)
    view, without = (view_pickups(story, page, ShownPickups(0, 100, uncredited_only=only)) for only in (False, True))

    assert (view.total, view.uncredited, len(view.rows)) == (2, 1, 2)
    assert [row.match.id for row in without.rows] == ["after"]
    nobodys = story.model_copy(update={"source": None})
    assert view_pickups(nobodys, page, ShownPickups(0, 100)).uncredited == 0
