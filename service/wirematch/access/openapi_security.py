"""Authentication in the OpenAPI document: the scope that each operation needs, and the responses without it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from wirematch.access.route_scopes import needed_scope

KEY, SESSION = "key", "session"
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})
REFUSALS = {
    401: "No valid key was sent.",
    403: "The key, or the page, does not allow this.",
    421: "Unknown host.",
    429: "The key's rate limit is exceeded; Retry-After says when to retry.",
}


def add_security(document: dict[str, Any], cookie: str, problem: dict[str, Any]) -> None:
    """Add security schemes to an OpenAPI ``document``; ``problem`` is the content of its error responses."""
    document.setdefault("components", {})["securitySchemes"] = {
        KEY: {
            "type": "http",
            "scheme": "bearer",
            "description": "Made with 'wirematch keys create'. Without any key, programs on this machine need none.",
        },
        SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "The session of a signed-in browser.",
        },
    }
    for path, operations in document["paths"].items():
        for method in METHODS & operations.keys():
            operation = operations[method]
            scope = needed_scope(method.upper(), path)
            for status, said in REFUSALS.items():
                if scope is not None or status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
                    operation["responses"].setdefault(str(status), {"description": said, "content": problem})
            operation["security"] = [] if scope is None else [{KEY: [scope.value]}, {SESSION: [scope.value]}]
