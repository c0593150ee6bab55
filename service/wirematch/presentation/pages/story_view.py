"""View of a stored article: what it derives from, and who picked it up, how soon and how much of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from wirematch.models import Match, Relation, Report, StoredArticle, StoryFacts, Version, same_source
from wirematch.models.listings import ClusterPage, PickupPage
from wirematch.presentation.credit import Credit, credit_of
from wirematch.presentation.pages.check_view import CheckView, view_check
from wirematch.presentation.pages.facts import (
    Facts,
    article_page,
    changes_page,
    evidence_page,
    facts_of,
    time_after,
    words_of,
)
from wirematch.presentation.pages.judged_report import pickups_where
from wirematch.presentation.pages.parts import first_of_part
from wirematch.text.markup import plain_text

TRACK = 1000
"""Width of a timeline row, which spans the time from the story to its last pickup."""


@dataclass(frozen=True, slots=True)
class PickupRow:
    """One pickup on the timeline."""

    match: Match
    facts: Facts
    credit: Credit
    evidence: str | None
    after: timedelta | None
    x: float | None
    """Position on the timeline; None if its time is unknown."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Another member of the article's cluster."""

    facts: Facts
    relation: Relation | None
    """None for the original."""
    through: Facts | None
    """What the relation is to, if that is neither the original nor unknown to the page."""


@dataclass(frozen=True, slots=True)
class ShownPickups:
    """Which pickups a page lists: ``most``, from the one at ``first`` on, counted from the newest."""

    first: int
    most: int
    uncredited_only: bool = False

    def address(self, page: str, first: int) -> str:
        """Return the URL of the part that begins at ``first``; ``page`` is the story's."""
        told = [("credit", "no")] if self.uncredited_only else []
        asked = urlencode([*told, *([("offset", first)] if first else [])])
        return f"{page}?{asked}#pickups" if asked else f"{page}#pickups"


@dataclass(frozen=True, slots=True)
class PickupsView:
    """A part of a story's pickups, and what is said of all of them."""

    total: int
    rows: list[PickupRow]
    """Those shown, earliest first."""
    uncredited: int
    """Of all, not only of those shown: the pickups that owe the story's source credit and give none, as on the desk."""
    uncredited_only: bool
    earliest: PickupRow | None
    """The earliest of all, if it is not among those shown."""
    longest: timedelta | None
    first: int
    """Place of the first one shown, from 1 for the newest."""
    last: int
    newer: str | None
    older: str | None
    """URLs of the parts before and after this one."""
    incomplete: bool
    """Whether there may be more pickups, because not everything could be compared."""
    partial_index: bool


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """Another article by the same source on the same story."""

    facts: Facts
    relation: Relation
    changes: str
    """URL of the changes from the earlier to the later of the two."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """All that the page of a stored article shows."""

    article: StoredArticle
    facts: Facts
    page: str
    paragraphs: list[str]
    words: int
    origin: CheckView
    """What the article itself derives from."""
    pickups: PickupsView
    versions: list[OtherVersion]
    """Stories by the same source that derive from it or that it derives from, earliest first; at most as many as
    pickups are shown at a time."""
    more_updates: bool
    """Whether further, older stories by the same source derive from it."""
    members: list[MemberRow]
    """The other members of its cluster, or the first of them."""
    others: int
    """How many others the cluster has."""
    original: bool
    """Whether it is the original of its cluster."""
    first_stored: bool
    """Whether the original is that because it was stored first, and not by time: it or the article was published later
    than the other."""


def view_story(  # noqa: PLR0913 - all that the page shows
    article: StoredArticle,
    report: Report,
    derived: PickupPage,
    cluster: ClusterPage,
    wrong: Collection[str],
    shown: ShownPickups,
) -> StoryView:
    """Return the view of an article with its report, pickups and cluster; ``wrong`` is as in ``view_check``.

    ``derived`` has all that derives from it, newest first. What its own source sent are its versions; the others are
    pickups, of which the page lists those of ``shown``.
    """
    page = article_page(article.id)
    updates = [one for one in derived.pickups if same_source(one, article)]
    return StoryView(
        article=article,
        facts=facts_of(article),
        page=page,
        paragraphs=[part.strip() for part in plain_text(article).split("\n\n") if part.strip()],
        words=words_of(article),
        origin=view_check(article, report, page, wrong),
        pickups=view_pickups(article, pickups_by_others(article, derived), shown),
        versions=_versions(article, [*report.matches, *updates[: shown.most]]),
        more_updates=len(updates) > shown.most,
        members=view_members(article.id, cluster),
        others=cluster.total - 1,
        original=cluster.original_id == article.id,
        first_stored=_only_stored_first(article, cluster),
    )


def view_members(article_id: str, cluster: ClusterPage) -> list[MemberRow]:
    """Return the rows of the other members of an article's cluster."""
    named = {one.id: facts_of(one) for one in cluster.members if one.id != cluster.original_id}
    return [
        MemberRow(facts_of(one), one.relation, named.get(one.to or ""))
        for one in cluster.members
        if one.id != article_id
    ]


def _only_stored_first(article: StoredArticle, cluster: ClusterPage) -> bool:
    """Whether an article of the cluster came before its original by time: this one, or any if this is the original."""
    times = {one.id: one.published_at for one in cluster.members} | {article.id: article.published_at}
    original = times.get(cluster.original_id)
    asked = times.values() if cluster.original_id == article.id else [article.published_at]
    return original is not None and any(moment is not None and moment < original for moment in asked)


def pickups_by_others(story: StoredArticle, derived: PickupPage) -> PickupPage:
    """Return what derives from a story without what its own source sent, as a source does not pick itself up."""
    return pickups_where(derived, lambda one: not same_source(one, story))


def view_pickups(story: StoredArticle, page: PickupPage, shown: ShownPickups) -> PickupsView:
    """Return the timeline of those of ``shown``; ``page`` has all pickups. Those without a time come last."""
    uncredited = [one for one in page.pickups if owes_credit(story, one)]
    asked = uncredited if shown.uncredited_only else page.pickups
    start = first_of_part(shown.first, len(asked), shown.most)
    end = start + shown.most
    known = [after for one in page.pickups if (after := time_after(story, one)) is not None]
    longest = max(known, default=None)
    rows = [_row(story, one, longest) for one in sorted(asked[start:end], key=_moment)]
    earliest = min(asked, key=_moment, default=None)
    listed, address = {row.match.id for row in rows}, article_page(story.id)
    return PickupsView(
        total=page.total,
        rows=rows,
        uncredited=len(uncredited),
        uncredited_only=shown.uncredited_only,
        earliest=_row(story, earliest, longest) if earliest and rows and earliest.id not in listed else None,
        longest=longest,
        first=start + 1,
        last=start + len(rows),
        newer=shown.address(address, max(0, start - shown.most)) if start else None,
        older=shown.address(address, end) if end < len(asked) else None,
        incomplete=bool(page.bounded),
        partial_index=page.partial_index,
    )


def owes_credit(story: StoredArticle, pickup: Match) -> bool:
    """Whether a pickup owes the story's source credit and gives none. One that was published first owes it none."""
    return credit_of(story, pickup, credited=pickup.credited) is Credit.MISSING


def _versions(article: StoredArticle, found: Sequence[Match]) -> list[OtherVersion]:
    """Return related articles by the same source, including those listed as versions of a match."""
    versions: dict[str, OtherVersion] = {}
    mine = _moment(article)
    known: list[Match | Version] = list(found)
    known += [version for match in found for version in match.versions]
    for one in sorted(known, key=_moment):
        if one.id is None or one.id == article.id or not same_source(one, article):
            continue
        earlier, later = (one.id, article.id) if _moment(one) <= mine else (article.id, one.id)
        versions.setdefault(one.id, OtherVersion(facts_of(one), one.relation, changes_page(later, earlier)))
    return list(versions.values())


def _row(story: StoredArticle, pickup: Match, longest: timedelta | None) -> PickupRow:
    facts, after = facts_of(pickup), time_after(story, pickup)
    x = None
    if after is not None:
        x = round(TRACK * max(0.0, after / longest), 1) if longest and longest > timedelta(0) else 0.0
    credit = credit_of(story, pickup, credited=pickup.credited)
    return PickupRow(pickup, facts, credit, evidence_page(facts.page, story.id) if facts.page else None, after, x)


def _moment(pickup: StoryFacts | StoredArticle) -> tuple[bool, float, str]:
    moment = pickup.published_at
    return moment is None, moment.timestamp() if moment else 0.0, pickup.id or ""
