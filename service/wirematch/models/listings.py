"""Lists answered in pages: stored articles, pickups, clusters, events."""

from __future__ import annotations

import operator

from pydantic import AwareDatetime, Field

from wirematch.models import BOUNDED, Bound, Identifier, Kind, Match, Relation, StoredArticle, StoryFacts, Strict

PARTIAL = "Whether a part of the index did not answer, so that articles may be missing; absent if all answered."


class PickupPage(Strict):
    """The articles that derive from a story, newest first."""

    id: Identifier
    total: int
    offset: int
    pickups: list[Match] = Field(description="Stored articles, each with the evidence of what it takes from the story.")
    bounded: list[Bound] = Field(default_factory=list, exclude_if=operator.not_, description=BOUNDED)
    partial_index: bool = Field(default=False, exclude_if=operator.not_, description=PARTIAL)


class ArticlePage(Strict):
    """Stored articles, in order of storing within each shard."""

    articles: list[StoredArticle]
    next: str | None = Field(description="What 'after' is for the next page; None at the end.")


class ClusterMember(StoryFacts):
    """An article of a cluster, and how it was found to belong there when it was stored."""

    kind: Kind
    stored_at: AwareDatetime = Field(description="When this id was first stored.")
    relation: Relation | None = Field(None, description="'copy' or 'rewrite'; null for the original.")
    probability: float | None = Field(
        None, ge=0, le=1, description="Probability that it derives from the article in 'to'."
    )
    to: Identifier | None = Field(None, description="The article of the cluster that it derives from.")


class ClusterPage(Strict):
    """A cluster: an original, and its copies and rewrites."""

    id: Identifier
    original_id: Identifier = Field(description="The original of the cluster, which may be the article itself.")
    total: int = Field(description="Articles in the cluster, including the original.")
    offset: int
    members: list[ClusterMember] = Field(description="The original first, then the others in order of storing.")


class EventArticle(StoryFacts):
    """A stored article on an event, and what it has to do with the one that is asked about."""

    kind: Kind
    stored_at: AwareDatetime = Field(description="When this id was first stored.")
    relation: Relation | None = Field(
        None,
        description="'copy', 'rewrite' or 'partial' if the later of the two derives from the earlier; 'related' for "
        "an independent report; null for the article itself.",
    )
    probability: float | None = Field(
        None, ge=0, le=1, description="Probability that one of the two derives from the other."
    )


class EventPage(Strict):
    """The stored articles on the event of one of them, which is among them."""

    id: Identifier
    total: int = Field(description="Articles on the event that were found, including the requested one.")
    relations: dict[Relation, int] = Field(description="How many articles have each relation to it, on all pages.")
    offset: int
    articles: list[EventArticle] = Field(description="In order of publication, or storing where that is unknown.")
    bounded: list[Bound] = Field(default_factory=list, exclude_if=operator.not_, description=BOUNDED)
    partial_index: bool = Field(default=False, exclude_if=operator.not_, description=PARTIAL)
