"""View of an event: the stored articles about it from first to last, with their relations to one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from wirematch.matching.sources import DERIVED
from wirematch.models import Kind, Relation
from wirematch.models.listings import EventArticle, EventPage
from wirematch.presentation.pages.facts import Facts, article_page, evidence_page, facts_of, time_after
from wirematch.presentation.pages.parts import first_of_part
from wirematch.presentation.pages.wording import counted

_COUNTED = {
    Relation.COPY: ("copy", "copies"),
    Relation.REWRITE: ("rewrite", "rewrites"),
    Relation.PARTIAL: ("that takes passages", "that take passages"),
    Relation.RELATED: ("independent report", "independent reports"),
}
"""Relations as they are counted, for one and for several."""
OrderedPair = tuple[str, str]
"""Ids of the later and of the earlier of two articles."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An article on the event."""

    facts: Facts
    kind: Kind
    asked: bool
    """Whether it is the article whose event this is."""
    relation: Relation | None
    later: bool
    """Whether it came after that article, and so may have taken from it; otherwise that one may have taken from it."""
    after: timedelta | None
    evidence: str | None

    @property
    def derived(self) -> bool:
        """Whether one of the two derives from the other."""
        return self.relation in DERIVED


@dataclass(frozen=True, slots=True)
class EventView:
    """All that the page shows."""

    facts: Facts
    page: str
    total: int
    counts: str
    """How many articles have each relation, in words; empty if there are no others."""
    rows: list[EventRow]
    first: int
    """Place of the first one shown, from 1."""
    last: int
    earlier: str | None
    later: str | None
    """URLs of the parts before and after this one."""
    incomplete: bool
    """Whether there may be more, because not everything could be compared."""
    partial_index: bool


def pairs_of(event: EventPage) -> list[OrderedPair]:
    """Return the pairs of the article asked about with each of the others."""
    asked = _asked(event)
    return [_pair(asked, one) for one in event.articles if one.id != asked.id]


def view_event(event: EventPage, wrong: Collection[OrderedPair], offset: int, most: int) -> EventView:
    """Return the view of at most ``most`` articles from ``offset`` on; ``event`` has all of them.

    What a reader judged wrong, ``wrong``, is an independent report.
    """
    asked = _asked(event)
    rows = [_row(asked, one, wrong) for one in event.articles]
    counts = Counter(row.relation for row in rows if row.relation is not None)
    page = article_page(event.id)
    offset = first_of_part(offset, len(rows), most)
    end = offset + most
    return EventView(
        facts=facts_of(asked),
        page=page,
        total=len(rows),
        counts=", ".join(counted(counts[one], *words) for one, words in _COUNTED.items() if counts[one]),
        rows=rows[offset:end],
        first=offset + 1,
        last=min(end, len(rows)),
        earlier=_part(page, max(0, offset - most)) if offset else None,
        later=_part(page, end) if end < len(rows) else None,
        incomplete=bool(event.bounded),
        partial_index=event.partial_index,
    )


def _part(page: str, offset: int) -> str:
    return f"{page}/event?offset={offset}" if offset else f"{page}/event"


def _asked(event: EventPage) -> EventArticle:
    return next(one for one in event.articles if one.id == event.id)


def _row(asked: EventArticle, one: EventArticle, wrong: Collection[OrderedPair]) -> EventRow:
    pair = _pair(asked, one)
    facts = facts_of(one)
    relation = Relation.RELATED if one.relation is not None and pair in wrong else one.relation
    article, story = pair
    reachable = facts.page and one.id != asked.id
    return EventRow(
        facts=facts,
        kind=one.kind,
        asked=one.id == asked.id,
        relation=relation,
        later=article == one.id,
        after=time_after(asked, one),
        evidence=evidence_page(article_page(article), story) if reachable else None,
    )


def _pair(asked: EventArticle, one: EventArticle) -> OrderedPair:
    """Return the ids of both, that of the later one first: by publication, or storing where a time is missing."""
    after = time_after(asked, one)
    later = after > timedelta(0) if after else one.stored_at > asked.stored_at
    ids = (one.id or "", asked.id or "")
    return ids if later else (ids[1], ids[0])
