"""Pages of articles: all, pickups, a cluster, an event."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from wirematch_client.models.articles import StoredArticle
from wirematch_client.models.base import Answer
from wirematch_client.models.reports import Match, StoryFacts
from wirematch_client.models.words import Bound, Kind, Relation


class PickupPage(Answer):
    """The articles that derive from a story, newest first."""

    id: str
    total: int
    offset: int
    pickups: list[Match]
    bounded: list[Bound] = Field(default_factory=list)
    partial_index: bool = False


class ArticlePage(Answer):
    """Stored articles, in order of storing within each shard."""

    articles: list[StoredArticle]
    next: str | None


class ClusterMember(StoryFacts):
    """An article of a cluster, and how it was found to belong there when it was stored."""

    kind: Kind
    stored_at: datetime
    relation: Relation | None = None
    probability: float | None = None
    to: str | None = None


class ClusterPage(Answer):
    """A cluster: the original first, then its copies and rewrites, in order of storing."""

    id: str
    original_id: str
    total: int
    offset: int
    members: list[ClusterMember]


class EventArticle(StoryFacts):
    """A stored article on an event, and what it has to do with the one that is asked about."""

    kind: Kind
    stored_at: datetime
    relation: Relation | None = None
    probability: float | None = None


class EventPage(Answer):
    """The stored articles on the event of one of them, which is among them, first to last."""

    id: str
    total: int
    relations: dict[Relation, int]
    offset: int
    articles: list[EventArticle]
    bounded: list[Bound] = Field(default_factory=list)
    partial_index: bool = False
