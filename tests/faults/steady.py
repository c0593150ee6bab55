"""An open-loop load of requests at a constant rate, with the time that each one took."""

from __future__ import annotations

import http.client
import json
import queue
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, Self

from support.made_up import RetoldStories

IDS = 2_000
"""Number of articles that are stored and replaced over and over, so that the index does not grow."""
STORIES = 200
WORDS = 6_000
"""Number of different words: a process caches up to 131,072, and should soon have seen all of these."""
CLIENTS = 8
SECONDS = 20.0
JSON = {"Content-Type": "application/json"}
Request = tuple[str, str, dict[str, Any] | None]


class RequestMix:
    """Draws requests: checks of reworded stories; storing, replacing, deleting and reading articles."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._stories = RetoldStories(self._draw, STORIES, WORDS)

    def stories(self) -> list[Request]:
        """The stories stored first."""
        return [
            ("PUT", f"/v1/articles/story-{number}?report=false", {"body": text, "kind": "wire"})
            for number, text in enumerate(self._stories)
        ]

    def next(self) -> Request:
        draw, chance, body = self._draw, self._draw.random(), self._stories.text()
        name = f"/v1/articles/a{draw.randrange(IDS)}"
        if chance < 0.5:
            return "POST", "/v1/check", {"body": body}
        if chance < 0.8:
            return "PUT", name, {"body": body}
        if chance < 0.85:
            return "DELETE", name, None
        return "GET", draw.choice([name, "/v1/articles?limit=20", f"{name}/cluster", "/readyz"]), None


class Steady:
    """Sends ``rate`` requests a second within its context; with None, as fast as ``CLIENTS`` get responses."""

    def __init__(self, requests: RequestMix, port: Callable[[], int], rate: float | None) -> None:
        self._requests, self._port, self._rate = requests, port, rate
        self._due: queue.Queue[tuple[float, Request] | None] = queue.Queue(maxsize=10_000)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(CLIENTS)]
        self._clock = threading.Thread(target=self._make_due, daemon=True)
        self.statuses: Counter[int | None] = Counter()
        """None: no response."""
        self.took: deque[tuple[float, float, float]] = deque()
        """For each request: when it was due (monotonic), and the seconds to its response from then and from sending."""

    def __enter__(self) -> Self:
        for thread in (*self._threads, self._clock):
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in (self._clock, *self._threads):
            thread.join(3 * SECONDS)
            assert not thread.is_alive()

    def _make_due(self) -> None:
        due = time.monotonic()
        while not self._stopping.is_set():
            request = self._requests.next()
            try:
                self._due.put((due if self._rate else 0.0, request), timeout=1)
            except queue.Full:
                continue
            if self._rate:
                due += 1 / self._rate
                self._stopping.wait(max(0.0, due - time.monotonic()))

    def _ask(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while not self._stopping.is_set():
            try:
                due, (method, path, content) = self._due.get(timeout=0.2)  # type: ignore[misc]
            except queue.Empty:
                continue
            sent = time.monotonic()
            due = due or sent
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self._port(), timeout=SECONDS)
                connection.request(method, path, None if content is None else json.dumps(content).encode(), JSON)
                response = connection.getresponse()
                response.read()
                self.statuses[response.status] += 1
                if response.status < 500:
                    self.took.append((due, time.monotonic() - due, time.monotonic() - sent))
            except (OSError, http.client.HTTPException):
                self.statuses[None] += 1
                connection = None
                self._stopping.wait(0.02)
        if connection is not None:
            connection.close()
