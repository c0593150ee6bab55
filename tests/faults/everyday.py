"""Everything that clients and readers ask of a service in a day: stores, corrections, checks, pages, streams."""

from __future__ import annotations

import http.client
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from faults.steady import JSON, SECONDS, Request
from support.made_up import RetoldStories

IDS, STORIES, WORDS = 600, 60, 6_000
"""Ids that are stored, corrected and removed over and over; stories that stay; different words."""
KEPT_SECONDS = 60
"""After which what a stream stored expires, so that the index does not grow."""
BATCH, PAUSE = 96, 4.0
PAGES = (
    "/",
    "/articles",
    "/desk",
    "/desk/latest",
    "/review",
    "/metrics",
    "/readyz",
    "/openapi.json",
    "/v1/articles?limit=50",
    "/nothing-here-{draw}",
)
OF_AN_ARTICLE = ("", "/sources", "/versions/1")
OF_AN_ID = ("", "/cluster", "/event", "/pickups")


class EverydayMix:
    """Draws requests as people and programs send them."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._stories = RetoldStories(self._draw, STORIES, WORDS)

    def stories(self) -> list[Request]:
        """The wire stories stored first; their pickups are told to the receiver."""
        return [
            ("PUT", f"/v1/articles/story-{number}", {"body": text, "kind": "wire", "source": "Norwind"})
            for number, text in enumerate(self._stories)
        ]

    def text(self) -> str:
        """What was made of a story: a copy, a rewrite, or something that is hardly related."""
        return self._stories.text()

    def next(self) -> Request:
        """The next request; a third of them change something."""
        draw = self._draw
        name = f"a{draw.randrange(IDS)}"
        either = draw.choice([name, f"story-{draw.randrange(STORIES)}"])
        article = {"body": self.text(), "source": "Daily Example", "headline": f"Headline {draw.randrange(IDS)}"}
        kinds: list[tuple[int, Request]] = [
            (24, ("POST", "/v1/check", article)),
            (6, ("POST", "/v1/check?explain=true", article)),
            (20, ("PUT", f"/v1/articles/{name}", article)),
            (4, ("POST", "/v1/articles", article | {"id": name})),
            (4, ("POST", "/v1/articles?report=false", article | {"id": name})),
            (8, ("DELETE", f"/v1/articles/{name}", None)),
            (4, ("POST", "/v1/compare", {"submission": article, "story": {"body": self.text()}})),
            (10, ("GET", f"/v1/articles/{either}{draw.choice(OF_AN_ID)}", None)),
            (10, ("GET", f"/articles/{either}{draw.choice(OF_AN_ARTICLE)}", None)),
            (10, ("GET", draw.choice(PAGES).format(draw=draw.randrange(10**6)), None)),
        ]
        shares, requests = zip(*kinds, strict=True)
        return draw.choices(requests, shares)[0]


class Streams:
    """Sends a bulk stream of articles that soon expire, pauses, and sends another, within its context."""

    def __init__(self, mix: EverydayMix, port: Callable[[], int]) -> None:
        self._mix, self._port = mix, port
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.statuses: Counter[int | None] = Counter()
        """Of lines; None is a broken stream."""
        self._made = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(3 * SECONDS)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE):
            connection = http.client.HTTPConnection("127.0.0.1", self._port(), timeout=SECONDS)
            try:
                lines = "".join(json.dumps(self._article()) + "\n" for _ in range(BATCH))
                headers = {"Content-Type": "application/x-ndjson"}
                connection.request("POST", "/v1/articles/bulk", lines.encode(), headers)
                for line in connection.getresponse().read().splitlines():
                    result = json.loads(line)
                    if "index" in result:
                        self.statuses[result["status"]] += 1
            except (OSError, http.client.HTTPException, ValueError):
                self.statuses[None] += 1
            finally:
                connection.close()

    def _article(self) -> dict[str, Any]:
        self._made += 1
        expires = datetime.now(UTC) + timedelta(seconds=KEPT_SECONDS)
        return {"id": f"line-{self._made}", "body": self._mix.text(), "expires_at": expires.isoformat()}


def asked(port: int, method: str, path: str, content: dict[str, Any] | None = None) -> tuple[int, bytes]:
    """Send one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request(method, path, None if content is None else json.dumps(content).encode(), JSON)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
