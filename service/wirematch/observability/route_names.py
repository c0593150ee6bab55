"""Route names in metrics, logs and traces: route templates, because paths are unbounded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from starlette.routing import Route
from starlette.types import Scope

UNROUTED = "(none)"
"""For requests that match no route."""
UNANSWERED = 499
"""nginx's status for a client that disconnected before the response."""
QUIET = frozenset({"/livez", "/readyz", "/metrics", "/static"})
"""Routes requested every few seconds by machines, or along with a page; logged at debug level only."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


_GROUP = re.compile(r"\(\?P<\w+>")


class RouteNames:
    """Names the route of a request, also if it was refused before routing."""

    def __init__(self, routes: Iterable[Route], path_of: Callable[[Scope], str]) -> None:
        """``routes`` are in the order in which requests are matched with them, by the path that ``path_of`` returns."""
        routes = list(routes)
        self._path_of = path_of
        self._templates = [route.path for route in routes]
        methods = {method for route in routes for method in route.methods or ()}
        self._of_method = {method: _any_of(routes, method) for method in methods}
        self._of_all = _any_of(routes, None)

    def route_of(self, scope: Scope) -> str:
        """Return the template of the route that handled the request or would have, as paths contain ids."""
        return routed(scope) or self.template(scope["method"], self._path_of(scope))

    def template(self, method: str, path: str) -> str:
        """Return the template that a path has for a method, or for any other; costs a regular expression or two."""
        found = self._of_method.get("GET" if method == "HEAD" else method, self._of_all).match(path)
        found = found or self._of_all.match(path)
        return UNROUTED if found is None else self._templates[int((found.lastgroup or "")[1:])]


def _any_of(routes: list[Route], method: str | None) -> re.Pattern[str]:
    """Return a pattern of all paths for a method; the one group that matches has the number of the route."""
    patterns = [
        f"(?P<_{number}>{_GROUP.sub('(?:', route.path_regex.pattern)})"
        for number, route in enumerate(routes)
        if method is None or method in (route.methods or ())
    ]
    return re.compile("|".join(patterns))


def routed(scope: Scope) -> str | None:
    """Return the template of the route that handled the request; None if it was refused before, or matches none."""
    if (path := getattr(scope.get("route"), "path", None)) is not None:
        return str(path)
    return "/static" if scope["path"].startswith("/static/") else None


def tell_route(passed_on: Scope, scope: Scope) -> None:
    """Copy the route from the changed scope that a middleware passed on into the scope that it got."""
    if "route" in passed_on:
        scope["route"] = passed_on["route"]
