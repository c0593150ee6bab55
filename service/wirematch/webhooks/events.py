"""Webhook events: a story of a watched source was picked up."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wirematch.matching.story_facts import story_facts
from wirematch.models import (
    Article,
    Coverage,
    Decision,
    Derivation,
    Match,
    Relation,
    Report,
    StoryFacts,
    Strict,
    same_source,
)


class Pickup(Strict):
    """A story, the article that derives from it, and the evidence."""

    story: StoryFacts
    article: StoryFacts
    relation: Relation
    derivation: Derivation
    probability: float
    coverage: Coverage
    verbatim: float
    credited: bool


class Message(Strict):
    """The body of a webhook request."""

    type: Literal["story.picked_up"] = "story.picked_up"
    timestamp: datetime
    """When the pickup was found."""
    data: Pickup


@dataclass(frozen=True, slots=True)
class PickupEvent:
    """A message and its id. The id depends on the pickup only, so receivers can drop duplicates by it."""

    id: str
    message: Message


def events_of(  # noqa: PLR0913 - all that an event is made from
    article: Article, version: int, report: Report, sources: Collection[str] | None, now: datetime, *, late: bool
) -> Iterator[PickupEvent]:
    """Yield an event for each story that an article, stored as ``version``, picked up according to its report.

    With ``late``, also yield one for each stored article that had picked it up before it was stored. ``sources`` are
    the watched ones; None watches all that have a name. An article never picks up a story of its own source: that is an
    update. Nor does it pick up what was published later, such as a copy of it that was stored first. An undecided
    article picks up nothing.
    """

    def watched(story: StoryFacts, other: StoryFacts) -> bool:
        return bool(story.source) and not same_source(story, other) and (sources is None or story.source in sources)

    own, later = _facts(article), {pickup.id for pickup in report.pickups}
    for match in report.matches if report.decision is not Decision.UNDECIDED else ():
        if match.derivation is not Derivation.NOT and match.id not in later and watched(match, own):
            yield _event(_facts(match), own, match, now, str(version))
    for pickup in report.pickups if late else ():
        if watched(own, pickup):
            yield _event(own, _facts(pickup), pickup, now, "late")


def _event(story: StoryFacts, article: StoryFacts, evidence: Match, now: datetime, occasion: str) -> PickupEvent:
    """``occasion`` is the article's version, so that each version is an event of its own, or ``late``."""
    identity = "\n".join((story.id or "", article.id or "", occasion))
    fields = {name: getattr(evidence, name) for name in Pickup.model_fields.keys() - {"story", "article"}}
    pickup = Pickup(story=story, article=article, **fields)
    event_id = "msg_" + hashlib.sha256(identity.encode()).hexdigest()[:32]
    return PickupEvent(event_id, Message(timestamp=now, data=pickup))


def _facts(article: Article | StoryFacts) -> StoryFacts:
    return StoryFacts(**story_facts(article))
