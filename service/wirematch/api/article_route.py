"""Paths of articles, whose ids may hold slashes, and may end as the path of something that an article has."""

from __future__ import annotations

from starlette.routing import Match
from starlette.types import Scope

from wirematch.api.idempotency import RepeatableRoute

PARTS = ("/pickups", "/cluster")
"""What an article has under a path of its own."""


class ArticleRoute(RepeatableRoute):
    """A route under the articles. A slash that is written as ``%2F`` belongs to an id."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match for a part of an article whose slash is one of the id."""
        part = next((part for part in PARTS if self.path.endswith(part)), None)
        raw = scope.get("raw_path")
        if part is not None and isinstance(raw, bytes) and not raw.partition(b"?")[0].endswith(part.encode()):
            return Match.NONE, {}
        return super().matches(scope)
