"""Paths of articles, whose ids may hold slashes, and may end as the path of something that an article has."""

from __future__ import annotations

from starlette.routing import Match
from starlette.types import Scope

from wirematch.api.idempotency import RepeatableRoute

PARTS = ("/pickups", "/cluster", "/event")
"""What an article has under a path of its own."""


class ArticleRoute(RepeatableRoute):
    """A route under the articles. A slash that is written as ``%2F`` belongs to an id."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """No match for a part of an article whose slash is one of the id, nor for an id that is the path of a part."""
        raw = scope.get("raw_path")
        if isinstance(raw, bytes):
            written = raw.partition(b"?")[0].decode("latin-1")
            part = next((part for part in PARTS if self.path.endswith(part)), None)
            if not written.endswith(part or ""):
                return Match.NONE, {}
            if part is None and self.path.endswith(":path}") and written.endswith(PARTS):
                return Match.NONE, {}
        return super().matches(scope)
