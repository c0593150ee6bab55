"""Route names in metrics, logs and traces: route templates, because paths are unbounded."""

from __future__ import annotations

from starlette.types import Scope

UNROUTED = "(none)"
"""For requests refused before routing, and those that match no route."""
UNANSWERED = 499
"""nginx's status for a client that disconnected before the response."""
QUIET = frozenset({"/livez", "/readyz", "/metrics", "/static"})
"""Routes requested every few seconds by machines, or along with a page; logged at debug level only."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


def route_of(scope: Scope) -> str:
    """Return the template of the route that handled the request, as paths contain ids."""
    if (path := getattr(scope.get("route"), "path", None)) is not None:
        return str(path)
    return "/static" if scope["path"].startswith("/static/") else UNROUTED


def tell_route(passed_on: Scope, scope: Scope) -> None:
    """Copy the route from the changed scope that a middleware passed on into the scope that it got."""
    if "route" in passed_on:
        scope["route"] = passed_on["route"]
