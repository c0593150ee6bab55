"""What FastAPI's OpenAPI document lacks: problem documents as errors, access keys, and the scope of each operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from wirematch.access.route_scopes import needed_scope
from wirematch.api.problems import MEDIA_TYPE
from wirematch.api.session_cookie import COOKIE

KEY, SESSION = "key", "session"
PROBLEM: dict[str, Any] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
"""The content of an error response."""
REFUSALS = {
    401: "No valid key was sent.",
    403: "The key, or the page, does not allow this.",
    421: "Unknown host.",
    429: "The key's rate limit is exceeded; Retry-After says when to retry.",
}


def complete(document: dict[str, Any]) -> None:
    """Make all errors of an OpenAPI ``document`` problem documents, and add security schemes and their responses."""
    document.setdefault("components", {})["securitySchemes"] = {
        KEY: {
            "type": "http",
            "scheme": "bearer",
            "description": "Made with 'wirematch keys create'. Without any key, programs on this machine need none.",
        },
        SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "The session of a signed-in browser.",
        },
    }
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            scope, responses = needed_scope(method.upper(), path), operation["responses"]
            for status, said in REFUSALS.items():
                if scope is not None or status not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
                    responses.setdefault(str(status), {"description": said})
            for status, response in responses.items():  # FastAPI allows one media type for all responses of a route
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    response["content"] = PROBLEM
            operation["security"] = [] if scope is None else [{KEY: [scope.value]}, {SESSION: [scope.value]}]
