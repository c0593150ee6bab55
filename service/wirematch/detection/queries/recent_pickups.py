"""Recent pickups of wire stories, by articles that were stored recently.

Articles are visited from the newest backwards. Pickups of each are read from notes; where there is no note, they are
determined and noted, within a time limit for one answer. The remaining articles wait for the next call. One answer goes
through a limited number of articles, and says where to go on.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wirematch.detection.queries.articles import StoredArticles
from wirematch.errors import ArticleNotFoundError, DamagedRecordError, OverloadedError
from wirematch.matching.story_facts import story_facts
from wirematch.models import Derivation, Kind, Match, StoredArticle, StoryFacts, same_source
from wirematch.state.catalogue import Catalogue, CatalogueQuery, Entry
from wirematch.state.judgements import Judgements, called_wrong
from wirematch.state.pickup_log import ArticleVersion, NotedPickup, PickupLog

MOST_ARTICLES = 2_000
"""Articles visited for one answer."""
AT_ONCE = 200
MOST_PICKUPS = 100
"""Pickups of a wire story that came after articles which derive from it."""


@dataclass(frozen=True, slots=True)
class RecentPickups:
    """Recent pickups, and how much was covered."""

    pickups: list[NotedPickup]
    articles: int
    """Articles of that time that were visited."""
    pending: int
    """Visited articles whose pickups are not known yet."""
    older: str | None = None
    """Where to go on, if there are more articles of that time than were visited."""
    newest_at: datetime | None = None
    """When the newest of the visited articles was stored; None if none was."""
    oldest_at: datetime | None = None
    """When the oldest of them was stored."""
    begun_again: bool = False
    """Whether it begins with the newest article after all, as the index was rebuilt since the token was given."""


def together_of(parts: Sequence[RecentPickups]) -> RecentPickups:
    """Return the pickups of parts that follow each other, the newest first, as one: each pair once."""
    pairs = {(one.article.id, one.story.id): one for part in reversed(parts) for one in part.pickups}
    return RecentPickups(
        pickups=list(pairs.values()),
        articles=sum(part.articles for part in parts),
        pending=sum(part.pending for part in parts),
        older=parts[-1].older,
        newest_at=next((part.newest_at for part in parts if part.newest_at), None),
        oldest_at=next((part.oldest_at for part in reversed(parts) if part.oldest_at), None),
    )


async def find_recent_pickups(  # noqa: PLR0913 - all that knows something of it
    stored: StoredArticles,
    catalogue: Catalogue,
    log: PickupLog,
    judgements: Judgements,
    *,
    since: datetime,
    seconds: float,
    token: str | None = None,
) -> RecentPickups:
    """Return pickups by articles stored since then, without those that a reader judged wrong.

    It begins with the newest article, or at ``token``, which is ``older`` of an answer (see ``begun_again``). At most
    ``seconds`` are spent on articles without notes. Raises the errors of StoredArticles and of the store.
    """
    deadline = time.monotonic() + seconds
    entries, older, begun_again = await _entries(catalogue, since, token)
    versions = [(entry.id, entry.version) for entry in entries]
    notes = await log.find(versions)
    missing = [version for version in versions if version not in notes]
    made: dict[ArticleVersion, list[NotedPickup]] = {}
    for version in missing:
        if time.monotonic() > deadline:
            break
        try:
            made[version] = await _find_out(stored, version[0])
        except OverloadedError:  # checks come first; the rest can wait
            break
    await log.keep(made)
    notes |= made
    pairs = {
        (one.article.id or "", one.story.id or ""): one
        for version in versions
        if version in notes
        for one in notes[version]
    }
    wrong = await called_wrong(judgements, list(pairs))
    kept = [one for pair, one in pairs.items() if pair not in wrong]
    return RecentPickups(
        pickups=kept,
        articles=len(entries),
        pending=len(missing) - len(made),
        older=older,
        newest_at=max((entry.stored_at for entry in entries), default=None),
        oldest_at=min((entry.stored_at for entry in entries), default=None),
        begun_again=begun_again,
    )


async def _entries(catalogue: Catalogue, since: datetime, token: str | None) -> tuple[list[Entry], str | None, bool]:
    """Return the articles of that time from ``token`` on, the token at which there are more, and ``begun_again``."""
    entries: list[Entry] = []
    begun_again = False
    while True:
        page = await catalogue.newest(CatalogueQuery(), AT_ONCE, token)
        if page.begun_again:
            entries, begun_again = [], True
        entries += [entry for entry in page.entries if entry.stored_at >= since]
        over = any(entry.stored_at < since for entry in page.entries)
        if page.next_token is None or over:
            return entries, None, begun_again
        if len(entries) >= MOST_ARTICLES:
            return entries, page.next_token, begun_again
        token = page.next_token


async def _find_out(stored: StoredArticles, article_id: str) -> list[NotedPickup]:
    """Determine pickups both ways: what the article took, and who took from it before it was stored."""
    try:
        article = await stored.get(article_id)
        report = await stored.report_again(article_id, [Kind.WIRE])
        found = list(_took(article, report.matches))
        if article.kind is Kind.WIRE:
            page = await stored.pickups(article_id, 0, MOST_PICKUPS)
            found += [_noted(article, one, one) for one in page.pickups if not same_source(one, article)]
    except (ArticleNotFoundError, DamagedRecordError):  # just removed, or unreadable
        return []
    return found


def _took(article: StoredArticle, matches: Sequence[Match]) -> list[NotedPickup]:
    """Pickups among matches; a source does not pick up its own stories, as what it sends again is an update."""
    return [
        _noted(match, article, match)
        for match in matches
        if match.derivation is not Derivation.NOT and not same_source(match, article)
    ]


def _noted(story: StoredArticle | Match, article: StoredArticle | Match, evidence: Match) -> NotedPickup:
    return NotedPickup(
        story=_facts(story),
        article=_facts(article),
        relation=evidence.relation,
        coverage=evidence.coverage,
        verbatim=evidence.verbatim,
        credited=evidence.credited,
    )


def _facts(told: StoredArticle | Match) -> StoryFacts:
    return StoryFacts(**story_facts(told))
