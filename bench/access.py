"""What keys cost: CPU time of a request with and without all that stands before the routes.

CPU time, not time that passes: other programs on the machine change the latter and not the former. The parts are called
as uvicorn calls them (ASGI), without a network.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.synthetic import Newsroom
from wirematch.access.gate import Gate
from wirematch.access.key import Scope as KeyScope
from wirematch.access.keyring import Keyring
from wirematch.access.sessions import Sessions
from wirematch.app import create_app
from wirematch.composition.from_settings import make_store
from wirematch.index.embedded import EmbeddedStore
from wirematch.index.keys import Namespace
from wirematch.server.answer_headers import AnswerHeaders
from wirematch.server.bodies import Bodies, BodyLimits
from wirematch.server.doors import Doors
from wirematch.server.unkeyed import OpenDoors
from wirematch.settings import Settings

ROUNDS, CALLS, EMPTY_CALLS = 5, 100, 2_000
HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"user-agent", b"bench")]


def measure_access(articles: int) -> dict[str, Any]:
    """CPU microseconds of the doors alone and of a whole check, and the one as a share of the other."""
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        return asyncio.run(_measure(Settings(redis_url=store.url), articles))


async def _measure(settings: Settings, articles: int) -> dict[str, Any]:
    store = make_store(settings.redis_url or "", settings)
    namespace = Namespace(settings.index)
    keyring = Keyring(store, namespace)
    gate = Gate(keyring, Sessions(store, namespace, settings.session_window))
    key = await keyring.create("bench", [KeyScope.CHECK, KeyScope.STORE])
    authorized = [*HEADERS, (b"authorization", f"Bearer {key.token}".encode())]
    state: dict[str, Any] = {"gate": gate}
    nothing = {"bare": _nothing, "with doors": _doors(settings)}
    empty: dict[str, list[float]] = {name: [] for name in nothing}
    for _ in range(ROUNDS):
        for name, app in nothing.items():
            call = _caller(app, "/v1/check", authorized, b"", state)
            empty[name].append(await _cpu(call, EMPTY_CALLS))
    app = create_app(settings)
    made = [one.article.model_dump_json(exclude_none=True).encode() for one in Newsroom(seed=5).make(0, articles + 1)]
    async with app.router.lifespan_context(app) as opened:
        state = dict(opened or {})
        for article in made[:-1]:
            await _caller(app, "/v1/articles", authorized, article, state)()
        check = _caller(app, "/v1/check", authorized, made[-1], state)
        checks = [await _cpu(check, CALLS) for _ in range(ROUNDS)]
    await store.close()
    doors = statistics.median(empty["with doors"]) - statistics.median(empty["bare"])
    whole = statistics.median(checks)
    return {
        "CPU µs of the doors with a key": round(doors * 1e6, 1),
        "CPU µs of a check with a key": round(whole * 1e6, 1),
        "share of the doors, %": round(100 * doors / whole, 2),
        "stories stored": articles,
    }


async def _nothing(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _doors(settings: Settings) -> ASGIApp:
    limits = BodyLimits(
        settings.max_request_bytes, settings.body_timeout, settings.held_body_bytes, settings.max_streams
    )
    return AnswerHeaders(Doors(Bodies(_nothing, limits), OpenDoors()))


def _caller(
    app: ASGIApp, path: str, headers: list[tuple[bytes, bytes]], body: bytes, state: dict[str, Any]
) -> Callable[[], Awaitable[None]]:
    """A function that makes one request; it raises AssertionError when the answer is not a success."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        assert message.get("status", 200) < 300, message

    async def call() -> None:
        scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "headers": [*headers, (b"content-length", str(len(body)).encode())],
            "state": dict(state),
        }
        await app(scope, receive, send)

    return call


async def _cpu(call: Callable[[], Awaitable[None]], times: int) -> float:
    """CPU seconds of one call, of all threads of this process."""
    began = time.process_time()
    for _ in range(times):
        await call()
    return (time.process_time() - began) / times
