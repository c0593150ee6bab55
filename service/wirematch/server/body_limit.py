"""Refuse request bodies that are too large with a problem document.

FastAPI's own limit answers in plain text when the length was announced, whatever the exception handlers say.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.api.problems import answer, too_large

DRAINED_BYTES = 16 * 1024 * 1024
"""How much of a refused body is read all the same: a client that is still sending would not see the answer."""


class BodyLimit:
    """ASGI middleware that lets at most ``most`` bytes of a request body through."""

    def __init__(self, app: ASGIApp, most: int, streams: frozenset[str] = frozenset()) -> None:
        """``streams`` are paths to which bodies of any length are posted, as they are read piece by piece."""
        self._app = app
        self._most = most
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 at once when too much is announced, and from within the route when it turns out so."""
        if scope["type"] != "http" or (scope["method"] == "POST" and scope["path"] in self._streams):
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self._most:
            await _drain(receive)
            await answer(too_large(self._detail()))(scope, receive, send)
            return
        passed = 0

        async def counted() -> Message:
            nonlocal passed
            message = await receive()
            passed += len(message.get("body", b""))
            if passed > self._most:
                raise HTTPException(413, self._detail())
            return message

        await self._app(scope, counted, send)

    def _detail(self) -> str:
        return f"A request body may have {self._most:,} bytes."


async def _drain(receive: Receive) -> None:
    drained, more = 0, True
    while more and drained < DRAINED_BYTES:
        message = await receive()
        drained += len(message.get("body", b""))
        more = message.get("more_body", False)
