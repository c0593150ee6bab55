"""View of recent pickups for a rights desk: which are uncredited, by whom, of whom, and how soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from statistics import median
from typing import Any
from urllib.parse import urlencode

from wirematch.detection.queries.recent_pickups import RecentPickups
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.pages.facts import Facts, evidence_page, facts_of, time_after
from wirematch.state.pickup_log import NotedPickup

MOST_ROWS = 200
MOST_BARS = 8
PLOT = 1000
"""Width of a plot's bars."""


class Within(StrEnum):
    """Time span."""

    HOUR = "1h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


SPANS = {
    Within.HOUR: timedelta(hours=1),
    Within.DAY: timedelta(days=1),
    Within.WEEK: timedelta(days=7),
    Within.MONTH: timedelta(days=30),
}
SPAN_NAMES = {
    Within.HOUR: "last hour",
    Within.DAY: "last 24 hours",
    Within.WEEK: "last 7 days",
    Within.MONTH: "last 30 days",
}


class Sort(StrEnum):
    """Sort order."""

    UNCREDITED = "uncredited"
    NEWEST = "newest"
    LARGEST = "largest"
    FASTEST = "fastest"


SORT_NAMES = {
    Sort.UNCREDITED: "Uncredited first",
    Sort.NEWEST: "Newest first",
    Sort.LARGEST: "Largest share first",
    Sort.FASTEST: "Fastest first",
}
LEADS = (
    ("under 1 h", timedelta(hours=1)),
    ("1 to 3 h", timedelta(hours=3)),
    ("3 to 6 h", timedelta(hours=6)),
    ("6 to 12 h", timedelta(hours=12)),
    ("12 to 24 h", timedelta(hours=24)),
    ("later", timedelta.max),
)


_PARAMETERS = {"part": "from"}
"""Names in addresses where they differ from those of fields."""


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """The query: time span, filters, sort order, and which part of what was stored."""

    within: Within = Within.DAY
    agency: str = ""
    outlet: str = ""
    credit: str = ""
    """'yes', 'no' or, for all, empty."""
    sort: Sort = Sort.UNCREDITED
    part: str = ""
    """Token of the part of that time that is shown; empty for the newest."""

    def address(self, **changed: Any) -> str:
        """Return the URL of this query with some parameters changed."""
        query, usual = replace(self, **changed), DeskQuery()
        told = {name: getattr(query, name) for name in ("within", "agency", "outlet", "credit", "sort", "part")}
        unusual = {name: str(value) for name, value in told.items() if value != getattr(usual, name)}
        asked = urlencode({_PARAMETERS.get(name, name): value for name, value in unusual.items()})
        return f"/desk?{asked}" if asked else "/desk"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One pickup."""

    pickup: NotedPickup
    credit: Credit
    story: Facts
    article: Facts
    after: timedelta | None
    evidence: str | None

    @property
    def uncredited(self) -> bool:
        """Whether the article owes credit and gives none; nobody is owed any where a story's source is unknown."""
        return self.credit is Credit.MISSING


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot, divided into pickups without credit, with credit, and those that owe none."""

    label: str
    total: int
    credited: int
    uncredited: int
    width: float
    """Width of the whole bar."""
    credited_width: float
    uncredited_width: float
    lead: timedelta | None
    address: str | None


@dataclass(frozen=True, slots=True)
class DeskView:
    """All that the desk and the digest show."""

    query: DeskQuery
    rows: list[DeskRow]
    total: int
    uncredited: int
    owing_none: int
    """Pickups whose story's source is unknown."""
    agency_count: int
    outlets: int
    lead: timedelta | None
    """The median."""
    agencies: list[Bar]
    by_outlet: list[Bar]
    leads: list[Bar]
    all_agencies: list[str]
    all_outlets: list[str]
    found: RecentPickups

    @property
    def in_parts(self) -> bool:
        """Whether this is a part of what was stored in that time."""
        return bool(self.found.older or self.query.part)


def view_desk(found: RecentPickups, query: DeskQuery, most: int = MOST_ROWS) -> DeskView:
    """Return the view of what was found, filtered and sorted by the query."""
    everything = [_row(one) for one in found.pickups]
    rows = sorted(filter(lambda row: _matches(row, query), everything), key=_KEYS[query.sort])
    return DeskView(
        query=query,
        rows=rows[:most],
        total=len(rows),
        uncredited=sum(row.uncredited for row in rows),
        owing_none=sum(row.credit is Credit.NONE for row in rows),
        agency_count=len({row.story.source for row in rows}),
        outlets=len({row.article.source for row in rows}),
        lead=_median(rows),
        agencies=_bars(rows, lambda row: row.story.source, lambda name: query.address(agency=name)),
        by_outlet=_bars(rows, lambda row: row.article.source, lambda name: query.address(outlet=name)),
        leads=_lead_bars(rows),
        all_agencies=_choices((row.story.source for row in everything), query.agency),
        all_outlets=_choices((row.article.source for row in everything), query.outlet),
        found=found,
    )


def _choices(names: Iterable[str], chosen: str) -> list[str]:
    """Return the choices of a filter, with the active one even if nothing matches it, as it must be visible."""
    return sorted({*names, *([chosen] if chosen else [])})


def _row(pickup: NotedPickup) -> DeskRow:
    story, article = facts_of(pickup.story), facts_of(pickup.article)
    evidence = evidence_page(article.page, story.id) if article.page and story.id else None
    credit = credit_of(pickup.story, pickup.article, credited=pickup.credited)
    return DeskRow(pickup, credit, story, article, time_after(pickup.story, pickup.article), evidence)


def _matches(row: DeskRow, query: DeskQuery) -> bool:
    if query.agency and row.story.source != query.agency:
        return False
    if query.outlet and row.article.source != query.outlet:
        return False
    return query.credit not in {"yes", "no"} or row.credit == query.credit


def _moment(row: DeskRow) -> float:
    return -row.article.published_at.timestamp() if row.article.published_at else float("inf")


_KEYS: dict[Sort, Callable[[DeskRow], tuple[Any, ...]]] = {
    Sort.UNCREDITED: lambda row: (not row.uncredited, -row.pickup.coverage.story, _moment(row)),
    Sort.NEWEST: lambda row: (_moment(row),),
    Sort.LARGEST: lambda row: (-row.pickup.coverage.story, _moment(row)),
    Sort.FASTEST: lambda row: (row.after is None, row.after or timedelta.max, _moment(row)),
}


def _median(rows: Iterable[DeskRow]) -> timedelta | None:
    known = [row.after.total_seconds() for row in rows if row.after is not None]
    return timedelta(seconds=median(known)) if known else None


def _bars(rows: Sequence[DeskRow], name: Callable[[DeskRow], str], address: Callable[[str], str]) -> list[Bar]:
    """Return the bars, longest first."""
    named: dict[str, list[DeskRow]] = {}
    for row in rows:
        named.setdefault(name(row), []).append(row)
    longest = max(map(len, named.values()), default=1)
    bars = [_bar(label, its, longest, address(label)) for label, its in named.items()]
    return sorted(bars, key=lambda bar: (-bar.total, bar.label))[:MOST_BARS]


def _lead_bars(rows: Sequence[DeskRow]) -> list[Bar]:
    known = [(row, row.after) for row in rows if row.after is not None]
    parts: list[tuple[str, list[DeskRow]]] = []
    least = timedelta.min
    for label, most in LEADS:
        parts.append((label, [row for row, after in known if least <= after < most]))
        least = most
    if unknown := [row for row in rows if row.after is None]:
        parts.append(("unknown", unknown))
    longest = max((len(its) for _, its in parts), default=1) or 1
    return [_bar(label, its, longest, None) for label, its in parts]


def _bar(label: str, rows: Sequence[DeskRow], longest: int, address: str | None) -> Bar:
    counts = Counter(row.credit for row in rows)
    credited, uncredited = counts[Credit.GIVEN], counts[Credit.MISSING]
    return Bar(
        label=label,
        total=len(rows),
        credited=credited,
        uncredited=uncredited,
        width=round(PLOT * len(rows) / longest, 1),
        credited_width=round(PLOT * credited / longest, 1),
        uncredited_width=round(PLOT * uncredited / longest, 1),
        lead=_median(rows),
        address=address,
    )
