"""Refuse request bodies that are too large, with a problem document.

FastAPI's own limit answers in plain text when the request has a Content-Length, bypassing exception handlers.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.api.problems import answer, too_large

DRAINED_BYTES = 16 * 1024 * 1024
"""How much of a refused body is still read: a client that is sending sees the answer only when it has finished."""


class BodyLimit:
    """ASGI middleware that answers 413 to a request body over ``max_bytes``."""

    def __init__(self, app: ASGIApp, max_bytes: int, streams: frozenset[str] = frozenset()) -> None:
        """``streams``: paths that take ``POST`` bodies of any length, as they read them piece by piece."""
        self._app = app
        self._max_bytes = max_bytes
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 at once if Content-Length is too large, else when too much was received."""
        if scope["type"] != "http" or (scope["method"] == "POST" and scope["path"] in self._streams):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > self._max_bytes:
            await _drain(receive)
            await answer(too_large(self._detail()))(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(413, self._detail())
            return message

        await self._app(scope, limited, send)

    def _detail(self) -> str:
        return f"A request body may have at most {self._max_bytes:,} bytes."


async def _drain(receive: Receive) -> None:
    drained, more = 0, True
    while more and drained < DRAINED_BYTES:
        message = await receive()
        drained += len(message.get("body", b""))
        more = message.get("more_body", False)
