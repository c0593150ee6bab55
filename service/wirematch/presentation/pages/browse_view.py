"""View of stored articles to browse, with the filters in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from wirematch.models import Kind
from wirematch.presentation.pages.facts import Facts, facts_of
from wirematch.state.catalogue import Entry, EntryPage


@dataclass(frozen=True, slots=True)
class Search:
    """The form's fields, as typed."""

    words: str = ""
    source: str = ""
    kind: Kind | None = None
    after: str = ""
    before: str = ""

    @property
    def narrow(self) -> bool:
        return self != Search()

    def address(self, more: str | None = None) -> str:
        """The URL of this search, or with ``more`` of its next page."""
        told = {
            "q": self.words,
            "source": self.source,
            "kind": self.kind.value if self.kind else "",
            "after": self.after,
            "before": self.before,
            "from": more or "",
        }
        asked = urlencode({name: value for name, value in told.items() if value})
        return f"/articles?{asked}" if asked else "/articles"


@dataclass(frozen=True, slots=True)
class Row:
    """A stored article."""

    facts: Facts
    kind: Kind
    stored_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class BrowseView:
    """A page of search results."""

    search: Search
    rows: list[Row]
    stored: int
    looked_at: int
    more: str | None
    """URL of the next page."""
    newest: bool
    """Whether this is the first page."""
    begun_again: bool
    """Whether it is the first page although another one was asked for; see ``EntryPage``."""


def view_browse(search: Search, found: EntryPage, *, newest: bool) -> BrowseView:
    """Return the view of a page of results."""
    return BrowseView(
        search=search,
        rows=[_row(entry) for entry in found.entries],
        stored=found.stored,
        looked_at=found.looked_at,
        more=search.address(found.next_token) if found.next_token else None,
        newest=newest or found.begun_again,
        begun_again=found.begun_again,
    )


def _row(entry: Entry) -> Row:
    return Row(facts_of(entry), entry.kind, entry.stored_at, entry.version)
