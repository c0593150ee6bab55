"""The cost of keys and rate limits: CPU time of a check without keys, with a key, and with a key that has limits.

CPU time, because other programs on the machine affect wall time but not CPU time. The service is called as uvicorn
calls it (ASGI), without a network; the CPU time of the store is included.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from bench.cost.in_process import server_seconds
from bench.data.synthetic import Newsroom
from wirematch.access.key import Rates
from wirematch.access.key import Scope as KeyScope
from wirematch.access.keyring import Keyring
from wirematch.app import create_app
from wirematch.composition.from_settings import make_store
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.keys import Namespace
from wirematch.settings import Settings

ROUNDS, CALLS = 15, 60
SUBMISSIONS = 20
ENOUGH = Rates(1_000_000, 1 << 40)
"""Limits that are never reached."""
HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json"), (b"user-agent", b"bench")]
Call = Callable[[], Awaitable[None]]


def measure_access(articles: int) -> dict[str, Any]:
    """Measure the CPU time of a check by kind of caller, in turns.

    Returns medians over rounds, absolute and relative to a check without keys.
    """
    with tempfile.TemporaryDirectory(prefix="wirematch-bench-") as folder, EmbeddedStore(Path(folder)) as store:
        return asyncio.run(_measure(Settings(redis_url=store.url), articles))


async def _measure(settings: Settings, articles: int) -> dict[str, Any]:
    made = [one.article.model_dump_json(exclude_none=True).encode() for one in Newsroom(seed=5).make(0, articles)]
    asked = made[-SUBMISSIONS:]
    store = make_store(settings.redis_url or "", settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(store.close)

        async def served(index: str, token: str | None) -> Call:
            """Return a function that checks with ``token`` against an index of its own, which has no keys for None."""
            app = create_app(settings.model_copy(update={"index": index}))
            opened = await stack.enter_async_context(app.router.lifespan_context(app))
            headers = HEADERS if token is None else [*HEADERS, (b"authorization", f"Bearer {token}".encode())]
            callers = [_caller(app, path, headers, state=dict(opened or {})) for path in ("/v1/articles", "/v1/check")]
            for article in made[:-SUBMISSIONS]:
                await callers[0](article)
            submissions = itertools.cycle(asked)
            return lambda: callers[1](next(submissions))

        tokens: dict[str, str | None] = {"without keys": None}
        for who, rates in (("with a key", Rates(None, None)), ("with a key that has limits", ENOUGH)):
            keyring = Keyring(store, Namespace(who.replace(" ", "-")))
            tokens[who] = (await keyring.create("bench", [KeyScope.CHECK, KeyScope.STORE], rates=rates)).token
        calls = {who: await served(who.replace(" ", "-"), token) for who, token in tokens.items()}
        took: dict[str, list[float]] = {who: [] for who in calls}
        for _ in range(ROUNDS):
            for who, call in calls.items():
                took[who].append(await _cpu(call, settings.redis_url or ""))
    [bare, *_] = took.values()
    figures: dict[str, Any] = {
        who: {
            "CPU µs of a check": round(statistics.median(rounds) * 1e6),
            "fastest and slowest": f"{min(rounds) * 1e6:.0f} to {max(rounds) * 1e6:.0f}",
            "ratio": round(statistics.median(one / other for one, other in zip(rounds, bare, strict=True)), 4),
        }
        for who, rounds in took.items()
    }
    return figures | {"stories stored": articles - SUBMISSIONS}


def _caller(
    app: ASGIApp, path: str, headers: list[tuple[bytes, bytes]], state: dict[str, Any]
) -> Callable[[bytes], Awaitable[None]]:
    """Return a function that makes one request, and raises AssertionError if the response is not a success."""

    async def send(message: Message) -> None:
        assert message.get("status", 200) < 300, message

    async def call(body: bytes) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

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


async def _cpu(call: Call, url: str) -> float:
    """Return the CPU seconds per call, of all threads of this process and of the store."""
    before = server_seconds(url)
    began = time.process_time()
    for _ in range(CALLS):
        await call()
    return (time.process_time() - began + server_seconds(url) - before) / CALLS
