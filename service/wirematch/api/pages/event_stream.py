"""A stream of server-sent events (https://html.spec.whatwg.org/#server-sent-events) about stored articles."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wirematch.api.head import ASKED_AS_HEAD
from wirematch.api.live_updates import LiveUpdates, Watch
from wirematch.api.problems import answer_error
from wirematch.api.request_state import CLOSING
from wirematch.concurrency import end
from wirematch.errors import OverloadedError, WirematchError
from wirematch.state.catalogue import Catalogue

HEARTBEAT_SECONDS = 15.0
"""Interval of keep-alive comments, so that proxies keep the connection and lost clients are noticed."""
SEND_SECONDS = 30.0
"""Time that a client has to accept an event."""
RETRY_MS = 3_000
"""Delay before a browser reconnects, in milliseconds."""


class EventStream(Response):
    """Sends an event whenever something was stored, until the client leaves, the service stops, or time is up.

    An event's id is the token of the article stored last. A client that reconnects with ``Last-Event-ID``, to whichever
    process, is therefore told at once if it missed anything.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        live: LiveUpdates,
        catalogue: Catalogue,
        after: str,
        seconds: float,
        still_allowed: Callable[[], Awaitable[bool]],
    ) -> None:
        """``after`` is the token that the client knows; ``still_allowed`` is checked before anything is sent."""
        super().__init__()
        self._live = live
        self._catalogue = catalogue
        self._after = after
        self._until = time.monotonic() + seconds
        self._still_allowed = still_allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, or 503 if too many are open."""
        try:
            async with self._live.watching(self._catalogue) as watch:
                await self._send_head(send)
                if not scope.get(ASKED_AS_HEAD):
                    await self._send_events(watch, scope.get(CLOSING) or asyncio.Event(), receive, send)
        except OverloadedError as error:
            await answer_error(error)(scope, receive, send)

    async def _send_head(self, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),  # or nginx would buffer events
        ]
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})

    async def _send_events(self, watch: Watch, closing: asyncio.Event, receive: Receive, send: Send) -> None:
        gone, stopping = asyncio.create_task(_gone(receive)), asyncio.create_task(closing.wait())
        waiting = asyncio.create_task(watch.next_after(self._after))
        said = f"retry: {RETRY_MS}\n\n"
        try:
            while True:
                async with asyncio.timeout(SEND_SECONDS):
                    await send({"type": "http.response.body", "body": said.encode(), "more_body": True})
                left = self._until - time.monotonic()
                await asyncio.wait(
                    {gone, stopping, waiting},
                    timeout=max(0.0, min(HEARTBEAT_SECONDS, left)),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if gone.done():
                    return
                if stopping.done() or self._until <= time.monotonic() or not await self._still_allowed():
                    break
                if waiting.done():
                    token = waiting.result()
                    said = f"id: {token}\nevent: stored\ndata: {token}\n\n"
                    waiting = asyncio.create_task(watch.next_after(token))
                else:
                    said = ":\n\n"
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, WirematchError):
            return  # the connection is closed; a client that is still there reconnects
        finally:
            await end((gone, stopping, waiting))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
