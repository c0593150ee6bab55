"""Server-sent events of the desk: who is told what was stored, by any process, and that a stream blocks nobody."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from support.live_service import LiveService, client_of
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.access.key import KeyRecord, Scope
from wirematch.index.embedded.store import EmbeddedStore

EVENTS, LATEST = "/desk/events", "/desk/latest"


class Listener:
    """An event stream read in a thread."""

    def __init__(self, response: httpx2.Response) -> None:
        self.heard: list[dict[str, str]] = []
        self.ended = False
        self._response = response
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        event: dict[str, str] = {}
        try:
            for line in self._response.iter_lines():
                name, _, value = line.partition(": ")
                if line and name:
                    event[name] = value
                elif not line:
                    if "id" in event:
                        self.heard.append(event)
                    event = {}
        except httpx2.TransportError:
            return
        self.ended = True


@contextlib.contextmanager
def listening(service: LiveService, after: str = "", **headers: str) -> Iterator[Listener]:
    path = f"{service.url}{EVENTS}?after={after}"
    with httpx2.stream("GET", path, headers=headers, timeout=PATIENCE_SECONDS) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        connection: socket.socket = response.extensions["network_stream"].get_extra_info("socket")
        try:
            yield Listener(response)
        finally:  # or its thread would keep it open until the next heartbeat
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def latest(service: LiveService) -> str:
    token: str = service.get(LATEST).json()["latest"]
    return token


def store(service: LiveService, article_id: str) -> None:
    body = f"The lighthouse of {article_id} went dark for a night, and fishermen hung lanterns from the breakwater."
    service.store({"id": article_id, "body": body})


@pytest.mark.slow
def test_every_process_tells_what_any_of_them_stored(serve):
    service = serve("--workers", "2")
    with listening(service, latest(service)) as one, listening(service, latest(service)) as other:
        store(service, "a")
        wait_for(lambda: one.heard and other.heard, "an event")
        store(service, "b")
        wait_for(lambda: len(one.heard) > 1 and len(other.heard) > 1, "the next event")
        last = one.heard[-1]

    assert last == {"id": latest(service), "event": "stored", "data": latest(service)}
    assert one.heard == other.heard


def test_whoever_comes_back_is_told_what_was_missed_and_nothing_else(live):
    store(live, "before")
    known = latest(live)
    store(live, "missed")
    late_one, current_one = {"last-event-id": known}, {"last-event-id": latest(live)}
    with listening(live, **late_one) as late, listening(live, **current_one) as current:
        wait_for(lambda: late.heard, "what was missed")
        assert (late.heard[0]["id"], current.heard) == (latest(live), [])
        store(live, "new")
        wait_for(lambda: current.heard, "what is new")

    assert [event["id"] for event in current.heard] == [latest(live)]


@pytest.mark.slow
def test_open_streams_keep_no_service_that_is_told_to_stop(serve):
    service = serve()
    with listening(service, latest(service)) as listener:
        service.process.send_signal(signal.SIGTERM)
        wait_for(lambda: listener.ended, "the end of the stream")  # properly, not cut off
        assert service.process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.slow
def test_streams_are_bounded_and_places_are_given_back(serve):
    service = serve(environment={"WIREMATCH_MAX_EVENT_STREAMS": "1"})
    with listening(service):
        refused = service.get(EVENTS)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "60"
        assert service.get(LATEST).status_code == 200

    wait_for(lambda: service.get(f"{EVENTS}?seconds=0").status_code == 200, "the place of the first")


def test_a_stream_ends_with_its_time_and_head_has_none(live):
    assert live.get(f"{EVENTS}?seconds=0").text.startswith("retry: ")
    head = httpx2.head(f"{live.url}{EVENTS}", timeout=PATIENCE_SECONDS)

    assert (head.status_code, head.text) == (200, "")


@pytest.mark.slow
def test_a_stream_ends_with_the_key_that_opened_it(serve):
    service = serve()
    reader, token = KeyRecord.make("reader", (Scope.CHECK,), datetime.now(UTC))
    writer, writers = KeyRecord.make("writer", (Scope.STORE,), datetime.now(UTC))
    asking, storing = ({"authorization": f"Bearer {one}"} for one in (token, writers))
    with client_of(EmbeddedStore(service.data_dir).url) as server:
        for record in (reader, writer):
            server.hset("{main:access}", record.id, record.model_dump_json())
        wait_for(lambda: service.get(LATEST).status_code == 401, "keys")
        with listening(service, "nothing", **asking) as listener:
            ended = reader.model_copy(update={"revoked_at": datetime.now(UTC)})
            server.hset("{main:access}", reader.id, ended.model_dump_json())
            wait_for(lambda: service.get(LATEST, **asking).status_code == 401, "revocation")
            article = {"id": "a", "body": "The lighthouse went dark for a night."}
            assert service.post("/v1/articles", article, **storing).status_code == 201
            wait_for(lambda: listener.ended, "the end of the stream")

    assert listener.heard == []
