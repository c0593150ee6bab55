from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wirematch.detection.queries.recent_pickups import RecentPickups
from wirematch.models import Coverage, Relation, StoryFacts
from wirematch.presentation.pages.desk_view import MOST_BARS, PLOT, DeskQuery, Sort, Within, view_desk
from wirematch.presentation.pages.rendering import render
from wirematch.state.pickup_log import NotedPickup

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def pickup(agency: str | None, outlet: str, hours: float | None, *, credited: bool, share: float = 0.5) -> NotedPickup:
    published = None if hours is None else NOON + timedelta(hours=hours)
    return NotedPickup(
        story=StoryFacts(id=f"{agency}/1", source=agency, headline="A story", published_at=NOON, url=None),
        article=StoryFacts(id=f"{outlet}-1", source=outlet, headline="An article", published_at=published, url=None),
        relation=Relation.PARTIAL,
        coverage=Coverage(submission=share, story=share),
        verbatim=0.1,
        credited=credited,
    )


FOUND = RecentPickups(
    [
        pickup("Norwind", "Ledger", 2, credited=True),
        pickup("Norwind", "Courier", 20, credited=False, share=0.2),
        pickup("Calder", "Mirror", 0.5, credited=False, share=0.9),
        pickup("Calder", "Post", None, credited=True),
    ],
    articles=9,
    pending=0,
)


def outlets(**wished) -> list[str]:
    return [row.article.source for row in view_desk(FOUND, DeskQuery(**wished)).rows]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.UNCREDITED, ["Mirror", "Courier", "Ledger", "Post"]),
        (Sort.NEWEST, ["Courier", "Ledger", "Mirror", "Post"]),
        (Sort.LARGEST, ["Mirror", "Ledger", "Post", "Courier"]),
        (Sort.FASTEST, ["Mirror", "Ledger", "Courier", "Post"]),
    ],
)
def test_what_is_asked_for_stands_first(sort, expected):
    assert outlets(sort=sort) == expected


def test_filters_narrow_what_is_counted_but_not_what_can_be_chosen():
    view = view_desk(FOUND, DeskQuery(agency="Norwind", credit="no"))

    assert (view.total, view.uncredited, view.outlets) == (1, 1, 1)
    assert view.all_agencies == ["Calder", "Norwind"]
    asked_for = view_desk(FOUND, DeskQuery(agency="Nobody", outlet="Nowhere"))
    assert asked_for.all_agencies == ["Calder", "Nobody", "Norwind"]
    assert "Nowhere" in asked_for.all_outlets
    assert outlets(outlet="Post") == ["Post"]
    assert outlets(credit="yes") == ["Ledger", "Post"]


def test_plots_count_everything_once():
    view = view_desk(FOUND, DeskQuery())

    assert {bar.label: (bar.credited, bar.uncredited) for bar in view.agencies} == {"Norwind": (1, 1), "Calder": (1, 1)}
    assert all(bar.width == PLOT for bar in view.agencies)
    leads = {bar.label: bar.total for bar in view.leads if bar.total}
    assert leads == {"under 1 h": 1, "1 to 3 h": 1, "12 to 24 h": 1, "unknown": 1}
    assert "unknown" not in {bar.label for bar in view_desk(FOUND, DeskQuery(outlet="Ledger")).leads}
    assert view.lead == timedelta(hours=2)


@pytest.mark.parametrize(("outlets", "said"), [(MOST_BARS, False), (MOST_BARS + 5, True)])
def test_a_plot_that_leaves_outlets_out_says_so(outlets, said):
    pickups = [pickup("Norwind", f"Outlet {number}", 2, credited=True) for number in range(outlets)]
    view = view_desk(RecentPickups(pickups, articles=outlets, pending=0), DeskQuery())
    page = render("digest.html", view=view, since=NOON, until=NOON, url=None)

    assert len(view.by_outlet) == MOST_BARS
    assert page.count("with the most pickups") == said
    assert (f"The {MOST_BARS} with the most pickups, of {outlets}." in page) is said


def test_nobody_is_owed_credit_for_a_story_of_unknown_source():
    unknown = pickup(None, "Ledger", 2, credited=False, share=1.0)
    found = RecentPickups([unknown, pickup("Norwind", "Ledger", 3, credited=False)], articles=2, pending=0)
    view = view_desk(found, DeskQuery())

    assert (view.total, view.uncredited) == (2, 1)
    assert [row.pickup.story.source for row in view.rows] == ["Norwind", None]
    assert [(bar.total, bar.credited, bar.uncredited) for bar in view.by_outlet] == [(2, 0, 1)]
    assert [row.story.source for row in view_desk(found, DeskQuery(credit="no")).rows] == ["Norwind"]
    page = render("digest.html", view=view, since=NOON, until=NOON, url=None)
    assert page.count("Not credited") == 1
    assert "</span>Source unknown</li>" in page


def test_the_legend_names_only_colours_that_occur():
    view = view_desk(RecentPickups([pickup("Norwind", "Ledger", 3, credited=False)], 1, 0), DeskQuery())

    assert "Source unknown" not in render("digest.html", view=view, since=NOON, until=NOON, url=None)


def test_a_view_can_be_bookmarked():
    query = DeskQuery(Within.WEEK, agency="A & B", sort=Sort.NEWEST)

    assert query.address() == "/desk?within=7d&agency=A+%26+B&sort=newest"
    assert query.address(agency="", within=Within.DAY, sort=Sort.UNCREDITED) == "/desk"


def test_an_empty_desk_has_no_figures():
    view = view_desk(RecentPickups([], 0, 0), DeskQuery())

    assert (view.rows, view.lead, view.agencies) == ([], None, [])
    assert all(bar.width == 0 for bar in view.leads)
