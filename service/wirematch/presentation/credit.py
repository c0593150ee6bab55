"""Whether an article names the source of what it took, where it owes that source credit at all."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from wirematch.models import same_source


class Dated(Protocol):
    """An article, or what is told of one."""

    @property
    def source(self) -> str | None: ...
    @property
    def published_at(self) -> datetime | None: ...


class Credit(StrEnum):
    """What an article says of the source of a story that it took from."""

    GIVEN = "yes"
    MISSING = "no"
    OWN = "own"
    """The story is of the article's own source, which owes itself none."""
    NONE = "none"
    """Nobody is owed any: the story's source is unknown, or the story was published after the article."""


def credit_of(story: Dated, taker: Dated, *, credited: bool) -> Credit:
    """Return what ``taker`` says of the source of ``story``; ``credited`` is whether it names it."""
    if same_source(story, taker):
        return Credit.OWN
    later = story.published_at and taker.published_at and story.published_at > taker.published_at
    if not story.source or later:
        return Credit.NONE
    return Credit.GIVEN if credited else Credit.MISSING
