"""How requests are called in metrics, log and traces: by the template of their route, since paths have no end."""

from __future__ import annotations

from starlette.types import Scope

UNROUTED = "(none)"
"""Of what was refused before a route was looked for, and of what no route is for."""
UNANSWERED = 499
"""nginx's, for a client that was gone before there was an answer."""
QUIET = frozenset({"/livez", "/readyz", "/metrics", "/static"})
"""Routes that are asked every few seconds by machines, or beside a page; they are logged for debugging only."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


def route_of(scope: Scope) -> str:
    """The template of the route that answered: paths hold ids, of which there is no end."""
    if (path := getattr(scope.get("route"), "path", None)) is not None:
        return str(path)
    return "/static" if scope["path"].startswith("/static/") else UNROUTED
