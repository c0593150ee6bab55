"""What there is to tell: a story of a watched source was picked up."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wirematch.models import Article, Coverage, Derivation, Match, Relation, Report, StoryFacts, Strict


class Pickup(Strict):
    """A story, the article that derives from it, and how."""

    story: StoryFacts
    article: StoryFacts
    relation: Relation
    derivation: Derivation
    probability: float
    coverage: Coverage
    verbatim: float
    credited: bool


class Message(Strict):
    """The body of a request."""

    type: Literal["story.picked_up"] = "story.picked_up"
    timestamp: datetime
    """When it was found."""
    data: Pickup


@dataclass(frozen=True, slots=True)
class Event:
    """A message and the id that it has whenever and by whomever it is told."""

    id: str
    message: Message


def events_of(  # noqa: PLR0913 - all that an event is made from
    article: Article, version: int, report: Report, sources: Collection[str] | None, now: datetime, *, late: bool
) -> Iterator[Event]:
    """What is to be told of an article that was stored, and of those that it is the story of.

    ``sources`` None watches all that have a name. A source does not pick up its own stories: what it sends again is an
    update. ``late`` tells of articles that were there before their story, too.
    """

    def watched(story: StoryFacts, other: StoryFacts) -> bool:
        return bool(story.source) and story.source != other.source and (sources is None or story.source in sources)

    mine = _facts(article)
    for match in report.matches:
        if match.derivation is not Derivation.NOT and watched(match, mine):
            yield _event(_facts(match), mine, match, now, str(version))
    for pickup in report.pickups if late else ():
        if watched(mine, pickup):
            yield _event(mine, _facts(pickup), pickup, now, "late")


def _event(story: StoryFacts, article: StoryFacts, evidence: Match, now: datetime, occasion: str) -> Event:
    """``occasion`` is the version of the article, so that an update of it is told anew."""
    named = "\n".join((story.id or "", article.id or "", occasion))
    told = {name: getattr(evidence, name) for name in Pickup.model_fields.keys() - {"story", "article"}}
    pickup = Pickup(story=story, article=article, **told)
    event_id = "msg_" + hashlib.sha256(named.encode()).hexdigest()[:32]
    return Event(event_id, Message(timestamp=now, data=pickup))


def _facts(told: Article | StoryFacts) -> StoryFacts:
    return StoryFacts(**{name: getattr(told, name) for name in StoryFacts.model_fields})
