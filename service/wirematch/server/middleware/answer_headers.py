"""Headers of every response: browser security headers, and the request id used in the log."""

from __future__ import annotations

import random
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wirematch.observability.logs import request_id

REQUEST_ID = b"x-request-id"
SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
)
"""Default security headers; a response with one of its own, such as a page, keeps it."""
_IDS = random.Random()  # noqa: S311 - no secret, and the system's random numbers take a system call each
_READABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def chosen_id(sent: list[tuple[bytes, bytes]]) -> bytes:
    """Return the client's ``X-Request-Id`` if it is safe to log, otherwise a new one."""
    given = [value for name, value in sent if name == REQUEST_ID]
    if len(given) == 1 and _READABLE.fullmatch(given[0]):
        return given[0]
    return b"%016x" % _IDS.getrandbits(64)


class AnswerHeaders:
    """The outermost ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to its response."""
        chosen = chosen_id(scope["headers"])
        request_id.set(chosen.decode())
        scope.setdefault("state", {})["request_id"] = chosen.decode()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                brought = {name.lower() for name, _ in headers}
                headers += [header for header in SECURITY if header[0] not in brought]
                more: dict[str, str] = scope["state"].get("answer_headers", {})
                if scope["state"]["draining"].begun:
                    headers.append((b"connection", b"close"))
                written = [(name.lower().encode(), value.encode()) for name, value in more.items()]
                headers += [header for header in written if header[0] not in brought]
                message = {**message, "headers": [*headers, (REQUEST_ID, chosen)]}
            await send(message)

        await self._app(scope, receive, send_with_headers)
