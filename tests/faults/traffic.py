"""Clients that store, replace and remove articles, and record the responses."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Self

from faults.ledger import Ledger
from support.made_up import reworded, told, words

ARTICLES = "/v1/articles"
JSON, LINES = "application/json", "application/x-ndjson"
SECONDS = 30.0
WORDS = 60
CLUSTERED = ("duplicate", "rewrite")
"""Decisions that put an article into the cluster of what it derives from."""


class Client(threading.Thread):
    """One thread with ids of its own."""

    def __init__(self, number: int, seed: int, ledger: Ledger, ports: Callable[[], list[int]], batch: int) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self.failure: BaseException | None = None
        self.stopping = threading.Event()
        self._number = number
        self._draw = random.Random(f"{seed}:{number}")
        self._ledger = ledger
        self._ports = ports
        self._batch = batch
        self._made = 0
        self._stored: list[str] = []
        self._stories: list[tuple[str, list[str]]] = []

    def run(self) -> None:
        steps = [self._post, self._put, self._bulk, self._bulk, self._delete, self._family, self._once, self._check]
        try:
            while not self.stopping.is_set():
                self._draw.choice(steps)()
        except BaseException as error:
            self.failure = error
            raise

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}-{self._number}-{self._made}"

    def _text(self) -> list[str]:
        return words(self._draw, WORDS)

    def _post(self) -> None:
        article_id, text = self._id("post"), told(self._text())
        self._store("POST", f"{ARTICLES}?report=false", article_id, text)

    def _put(self) -> None:
        """Store a new article, or another version of one."""
        known = self._stored and self._draw.random() < 0.5
        article_id = self._draw.choice(self._stored) if known else self._id("put")
        self._store("PUT", f"{ARTICLES}/{article_id}?report=false", article_id, told(self._text()))

    def _store(self, method: str, path: str, article_id: str, text: str, **more: Any) -> bool:
        self._ledger.asked(article_id, text)
        status, answer = self._send(method, path, {"id": article_id, "body": text, **more})
        done = status in {200, 201} and answer is not None
        if done:
            decision = ((answer or {}).get("report") or {}).get("decision")
            self._ledger.done(article_id, text, clustered=decision in CLUSTERED or more.get("kind") == "wire")
            self._stored.append(article_id)
        elif status is not None and 400 <= status < 500:
            self._ledger.nothing_done(article_id, text)
        return done

    def _check(self) -> None:
        parts = self._draw.choice(self._stories)[1] if self._stories else self._text()
        self._send("POST", "/v1/check", {"body": told(parts)})

    def _delete(self) -> None:
        if not self._stored:
            return
        article_id = self._stored.pop(self._draw.randrange(len(self._stored)))
        self._ledger.asked(article_id, None)
        status, _ = self._send("DELETE", f"{ARTICLES}/{article_id}", None)
        if status in {204, 404}:  # 404: an earlier attempt removed it, or it was never stored
            self._ledger.done(article_id, None)

    def _family(self) -> None:
        """Store an agency's story, or an article that copies or rewords one, with its decision."""
        if not self._stories or self._draw.random() < 0.3:
            article_id, text = self._id("wire"), self._text()
            if self._store("PUT", f"{ARTICLES}/{article_id}", article_id, told(text), source="Norwind", kind="wire"):
                self._stored.remove(article_id)  # it stays
                self._stories.append((article_id, text))
            return
        _, text = self._draw.choice(self._stories)
        article_id = self._id("copy")
        copied = reworded(self._draw, text, 0.95) if self._draw.random() < 0.5 else text
        stored = self._store(
            "PUT", f"{ARTICLES}/{article_id}", article_id, told(copied), source="Daily Example", kind="article"
        )
        if stored:
            self._stored.remove(article_id)
            # Made-up words are of no language: one in twenty rewordings is undecided, and no receiver is told.
            if self._ledger.entries[article_id].clustered:
                self._ledger.picked_up(article_id)

    def _once(self) -> None:
        """Send the same request with one key until there is a response."""
        text = told(self._text())
        key = f"{self._number}-{self._made}-once"
        self._made += 1
        self._ledger.answered_once(text, None)
        while not self.stopping.is_set():
            status, answer = self._send("POST", f"{ARTICLES}?report=false", {"body": text}, {"Idempotency-Key": key})
            if status in {200, 201} and answer is not None:
                self._ledger.answered_once(text, answer["id"])
                return
            self.stopping.wait(0.05)

    def _bulk(self) -> None:
        batch = {self._id("bulk"): told(self._text()) for _ in range(self._batch)}
        for article_id, text in batch.items():
            self._ledger.asked(article_id, text)
        lines = "".join(json.dumps({"id": article_id, "body": text}) + "\n" for article_id, text in batch.items())
        connection = self._connect()
        try:
            connection.request("POST", f"{ARTICLES}/bulk?report=false", lines.encode(), {"Content-Type": LINES})
            response = connection.getresponse()
            while line := response.readline():
                result = json.loads(line) if line.endswith(b"\n") else {}
                if result.get("status") == 201:
                    self._ledger.done(result["id"], batch[result["id"]])
                    self._stored.append(result["id"])
                elif 400 <= result.get("status", 0) < 500:
                    self._ledger.nothing_done(result["id"], batch[result["id"]])
                if result.get("status", 200) >= 400:
                    self._ledger.note(result["status"])
        except (OSError, http.client.HTTPException, ValueError):
            self._ledger.note(None)
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        ports = self._ports()
        port = self._draw.choice(ports) if ports else 9  # all are dead, and nobody listens there
        return http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def _send(
        self, method: str, path: str, content: dict[str, Any] | None, headers: dict[str, str] | None = None
    ) -> tuple[int | None, dict[str, Any] | None]:
        """Return status and body; None without a response."""
        connection, began = self._connect(), time.monotonic()
        try:
            body = None if content is None else json.dumps(content).encode()
            connection.request(method, path, body, {"Content-Type": JSON, **(headers or {})})
            response = connection.getresponse()
            said = response.read()
            self._ledger.note(response.status, time.monotonic() - began)
            if response.status == HTTPStatus.SERVICE_UNAVAILABLE and response.headers["Retry-After"] is None:
                self._ledger.without_retry_after.add(f"{method} {path}: {said.decode()}")
            return response.status, json.loads(said) if said else None
        except (OSError, http.client.HTTPException, ValueError):
            self._ledger.note(None)
            self.stopping.wait(0.02)
            return None, None
        finally:
            connection.close()


class Traffic:
    """Several concurrent clients within its context."""

    def __init__(self, ledger: Ledger, ports: Callable[[], list[int]], seed: int, clients: int = 4, batch: int = 64):
        self._clients = [Client(number, seed, ledger, ports, batch) for number in range(clients)]

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.stopping.set()
        for client in self._clients:
            client.join(3 * SECONDS)
            assert not client.is_alive()
        failures = [client.failure for client in self._clients if client.failure is not None]
        assert not failures, failures
