"""``HEAD`` of everything that can be read: the answer to ``GET`` without its body (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASKED_AS_HEAD = "wirematch.head"
"""In a scope, says that nobody gets the body, for answers that have no end."""


class HeadAsGet:
    """ASGI middleware that has the route for ``GET`` answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the answer's head, and nothing of its body."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", ASKED_AS_HEAD: True}, receive, without_body)
