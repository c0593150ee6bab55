"""Limits on request bodies: size, duration, bytes in memory over all requests, and number of streams.

FastAPI's own limit responds in plain text to a ``Content-Length`` that is too large, bypassing exception handlers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.access.route_path import route_path
from wirematch.api.problems import Problem, RefusedBodyError, answer, problem, too_large

AT_ONCE = {"Retry-After": "1"}


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Limits of one process."""

    most: int
    """Maximum size of a body in bytes."""
    seconds: float
    """Time in which a body must arrive."""
    held: int
    """Maximum total size, in bytes, of bodies received whose requests are not yet answered."""
    streams: int
    """Maximum number of concurrent requests with a streamed body."""


class Bodies:
    """ASGI middleware that enforces ``BodyLimits``."""

    def __init__(self, app: ASGIApp, limits: BodyLimits, streams: frozenset[str] = frozenset()) -> None:
        """``streams`` are paths whose bodies are streamed and may have any length."""
        self._app = app
        self._limits = limits
        self._streams = streams
        self.held = 0
        """Bytes of bodies received whose requests are not yet answered."""
        self._streaming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse at once what ``Content-Length`` shows to be too large, and the rest while the route reads it."""
        if scope["method"] == "POST" and route_path(scope) in self._streams:
            await self._stream(scope, receive, send)
        elif (announced := announced_bytes(scope)) > self._limits.most:
            # The body is not read, so that a client waiting for "100 Continue" does not send it.
            await answer(self._too_large())(scope, receive, send)
        elif self.held + announced > self._limits.held:
            await answer(self._too_many(), AT_ONCE)(scope, receive, send)
        else:
            await self._whole(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._streaming >= self._limits.streams:
            said = f"{self._streaming} streams are being read; end one, or try again in a moment."
            await answer(problem(503, "overloaded", "Too many streams", said), AT_ONCE)(scope, receive, send)
            return
        self._streaming += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._streaming -= 1

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        held, whole = 0, False
        end = asyncio.get_running_loop().time() + self._limits.seconds

        async def counted() -> Message:
            nonlocal held, whole
            if whole:
                return await receive()  # waits for the client to disconnect
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError as error:
                raise RefusedBodyError(self._too_slow(), {"Connection": "close"}) from error
            size = len(message.get("body", b""))
            held += size
            self.held += size
            whole = not message.get("more_body", False)
            if held > self._limits.most:
                raise RefusedBodyError(self._too_large())
            if self.held > self._limits.held:
                raise RefusedBodyError(self._too_many(), AT_ONCE)
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            self.held -= held

    def _too_large(self) -> Problem:
        return too_large(f"A request body may have at most {self._limits.most:,} bytes.")

    def _too_slow(self) -> Problem:
        said = f"A request body may take {self._limits.seconds:g} seconds."
        return problem(408, "request-timeout", "The request takes too long", said)

    def _too_many(self) -> Problem:
        said = "Request bodies in progress use all memory reserved for them; try again in a moment."
        return problem(503, "overloaded", "The service is overloaded", said)


def announced_bytes(scope: Scope) -> int:
    """Return ``Content-Length``; 0 if the request has none, as one with a chunked body, or it is no number."""
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() and length.isascii() else 0
