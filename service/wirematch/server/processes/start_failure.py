"""Why the application does not start, in one line: Starlette gives the server a traceback, which it prints."""

from __future__ import annotations

import sys

from starlette.types import Message, Send

from wirematch.errors import WirematchError


def reasoned(send: Send) -> Send:
    """Return ``send`` for a lifespan, in which an error of ours replaces its traceback."""

    async def told(message: Message) -> None:
        error = sys.exception()
        if message["type"] == "lifespan.startup.failed" and isinstance(error, WirematchError):
            message = {**message, "message": f"The service cannot start: {error}"}
        await send(message)

    return told
