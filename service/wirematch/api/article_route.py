"""Routing for article ids, which may contain slashes and may even end like a subresource's path."""

from __future__ import annotations

from starlette.routing import Match
from starlette.types import Scope

from wirematch.access.route_path import written_path
from wirematch.api.idempotency import repeatable
from wirematch.api.strict_route import Handler, StrictRoute

PARTS = ("/pickups", "/cluster", "/event")
"""Suffixes of the subresources of an article."""


class ArticleRoute(StrictRoute):
    """A route of ``/articles`` or below it. A slash encoded as ``%2F`` belongs to the id."""

    def get_route_handler(self) -> Handler:
        """Return the route's handler; a ``POST`` to ``/articles`` accepts an idempotency key."""
        handle = super().get_route_handler()
        adds = "POST" in (self.methods or ()) and self.path.endswith("/articles")
        return repeatable(handle) if adds else handle

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the undecoded path, so that an id ending in, say, ``%2Fcluster`` is not taken for a subresource.

        Nor is the id ``cluster`` itself: a subresource follows the slash after an id. No id is empty: a slash too many
        leads to the address without it.
        """
        written = written_path(scope)
        if written is not None:
            written = written.removeprefix(scope.get("root_path", ""))
            below = written.removeprefix(self.path.partition("{")[0])
            part = next((part for part in PARTS if self.path.endswith(part)), None)
            if not below.endswith(part or "") or (not below and "{" in self.path):
                return Match.NONE, {}
            if part is None and self.path.endswith(":path}") and below.endswith(PARTS):
                return Match.NONE, {}
        return super().matches(scope)
