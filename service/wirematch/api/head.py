"""``HEAD`` for everything that ``GET`` serves: the same response without its body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.observability.route_names import tell_route

ASKED_AS_HEAD = "wirematch.head"
"""Key in the ASGI scope of a ``HEAD`` request, for endless responses, which must then end."""


class HeadAsGet:
    """ASGI middleware that serves ``HEAD`` by the route for ``GET``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as ``GET`` and drop the body of the response."""
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get = {**scope, "method": "GET", ASKED_AS_HEAD: True}
        try:
            await self._app(as_get, receive, without_body)
        finally:
            tell_route(as_get, scope)
