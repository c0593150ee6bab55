"""Requests that a client sends again because it got no answer: what was done once is not done twice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request."""

    article_id: str | None = None
    """The id of an article that comes without one: the same in every attempt, so that it is stored once."""
    again: bool = False
    """Whether an earlier attempt was broken off, and may have stored the article."""


FIRST = Attempt()
"""Of a request that nobody promised to recognise."""
