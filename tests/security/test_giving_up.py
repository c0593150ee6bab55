"""Work that nobody waits for any more is stopped, unless it stores something."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest

from support.costly_texts import shuffled, texts
from support.problem_documents import assert_problem
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.cancellation import CancelledWorkError, safepoint
from wirematch.detection.scheduling.deadline import commit_to_finish
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.server.middleware.deadlines import CONNECTION_WATCH, ConnectionWatch, Deadlines

pytestmark = pytest.mark.anyio


class Exchange:
    """One request to an application that waits for ``go_on``."""

    def __init__(self, seconds: float, *, stores: bool = False) -> None:
        self.go_on = asyncio.Event()
        self.watch = ConnectionWatch()
        self.status: int | None = None
        self.finished = False
        self._stores = stores
        self._app = Deadlines(self._work, seconds)

    async def _work(self, scope, receive, send) -> None:
        if self._stores:
            commit_to_finish()
        await self.go_on.wait()
        self.finished = True
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def run(self) -> None:
        async def send(message) -> None:
            self.status = message.get("status", self.status)

        scope = {"type": "http", "method": "POST", "path": "/v1/check", CONNECTION_WATCH: self.watch}
        await self._app(scope, lambda: None, send)


async def test_a_request_has_an_end():
    exchange = Exchange(0.05)

    await exchange.run()

    assert (exchange.status, exchange.finished) == (504, False)


@pytest.mark.parametrize(
    ("path", "accept", "sent"),
    [
        ("/articles/x/against/y", b"", b"text/html; charset=utf-8"),
        ("/v1/articles/x", b"text/html", b"text/html; charset=utf-8"),
        ("/v1/articles/x", b"application/json", b"application/problem+json"),
    ],
)
async def test_who_reads_pages_is_told_on_a_page_that_it_took_too_long(path, accept, sent):
    messages = []

    async def send(message) -> None:
        messages.append(message)

    async def work(*_) -> None:
        await asyncio.Event().wait()

    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept", accept)]}
    await Deadlines(work, 0.05)(scope, lambda: None, send)

    assert messages[0]["status"] == 504
    assert dict(messages[0]["headers"])[b"content-type"] == sent
    assert b"The request took too long" in messages[1]["body"]


async def test_a_client_that_went_away_is_worked_for_no_longer():
    exchange = Exchange(PATIENCE_SECONDS)
    task = asyncio.create_task(exchange.run())
    await asyncio.sleep(0)
    exchange.watch.client_left()

    await task

    assert (exchange.status, exchange.finished) == (None, False)


async def test_the_end_of_the_service_ends_what_takes_long(monkeypatch):
    monkeypatch.setattr("wirematch.server.middleware.deadlines.LAST_SECONDS", 0.05)
    exchange = Exchange(PATIENCE_SECONDS)
    exchange.watch.closing()

    await exchange.run()

    assert (exchange.status, exchange.finished) == (503, False)


@pytest.mark.parametrize("event", ["client_left", "closing"])
async def test_what_stores_is_finished(event, monkeypatch):
    monkeypatch.setattr("wirematch.server.middleware.deadlines.LAST_SECONDS", 0.0)
    exchange = Exchange(0.05, stores=True)
    task = asyncio.create_task(exchange.run())
    await asyncio.sleep(0)
    getattr(exchange.watch, event)()
    await asyncio.sleep(0.1)  # longer than any of its deadlines
    exchange.go_on.set()

    await task

    assert (exchange.status, exchange.finished) == (200, True)


async def test_work_in_a_thread_stops_when_its_request_is_given_up():
    executor = BoundedExecutor(1, 1)
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        try:
            while True:
                safepoint()
                time.sleep(0.001)
        except CancelledWorkError:
            ended.set()
            raise

    task = asyncio.create_task(executor.run(work))
    await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await asyncio.to_thread(ended.wait, PATIENCE_SECONDS)
    assert await executor.run(int, "7") == 7
    executor.close()


def test_work_that_nobody_can_give_up_goes_on():
    safepoint()


@pytest.mark.anyio
async def test_a_long_comparison_ends_with_its_deadline_and_with_the_service(serve):
    service = serve(environment={"WIREMATCH_REQUEST_TIMEOUT": "0.2"})
    text = texts(199_000)["sentences of ideographs"]
    request = {"submission": {"body": text}, "story": {"body": shuffled(text)}}

    assert_problem(await asyncio.to_thread(service.post, "/v1/compare", request), 504, "deadline-exceeded")
    wait_for(lambda: service.get("/livez").status_code == 200, "an answer in time")
    assert service.end(signal.SIGTERM) == 0
