"""Refusals for lack of room: before the body is read, without harm to the connection or to others."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from support.clock import Clock
from support.loop_clock import LoopClock
from support.raw_http import Running, running
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.app import create_app
from wirematch.detection.scheduling.executor import BoundedExecutor
from wirematch.errors import OverloadedError
from wirematch.observability import metrics
from wirematch.server.protocol import refusals
from wirematch.server.protocol.refusals import AT_ONCE, LATE_SECONDS, PlainRequest, RefusalThrottle, parse_plain_request

HEAD = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n"
BODY = b'{"body": "ab"}'
STORED = "/v1/articles/{article_id:path}"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (HEAD + BODY, PlainRequest(14, 0)),
        (HEAD + BODY[:5], PlainRequest(14, 9)),
        (HEAD.replace(b"/check", b"/articles?report=false"), PlainRequest(14, 14, "POST", "/v1/articles")),
        (HEAD.replace(b"POST /v1/check", b"PUT /v1/articles/a%2Fb"), PlainRequest(14, 14, "PUT", STORED)),
        (HEAD + BODY + b"GET", None),
        (HEAD.replace(b"POST", b"GET"), None),
        (HEAD.replace(b"/check", b"/articles/bulk"), None),
        (HEAD.replace(b"1.1", b"1.0"), None),
        (HEAD.replace(b"Content-Length: 14", b"Content-Length: 14\r\nContent-Length: 14"), None),
        (HEAD.replace(b"Content-Length: 14", b"Content-Length : 14"), None),
        (HEAD.replace(b"Content-Length: 14", b"Content-Length: +14"), None),
        (HEAD.replace(b"Host", b"Transfer-Encoding: chunked\r\nHost"), None),
        (HEAD.replace(b"Host", b"Expect: 100-continue\r\nHost"), None),
        (HEAD.replace(b"Host", b"Connection: close\r\nHost"), None),
        (HEAD.replace(b"Host", b"Connection: keep-alive\r\nHost"), PlainRequest(14, 14)),
        (HEAD.replace(b"Host", b"Connection: keep-alive, upgrade\r\nHost"), None),
        (HEAD.replace(b"Host: localhost\r\n", b"Host: localhost\n"), None),
        (HEAD[:-2], None),
        (b"", None),
    ],
)
def test_only_what_can_be_read_in_one_way_is_refused_without_a_parser(sent, read):
    assert parse_plain_request(sent) == read


@pytest.mark.parametrize("early", [0, 6, len(BODY)], ids="{} bytes of the body at first".format)
def test_the_next_request_may_arrive_with_the_end_of_a_refused_one(settings, monkeypatch, early):
    """A client that has its refusal sends the body that it had begun, and asks for something else."""
    app = create_app(settings)
    with running(app, timeout_keep_alive=600) as service:
        monkeypatch.setattr(BoundedExecutor, "busy", property(lambda _: True))
        monkeypatch.setattr(BoundedExecutor, "refusal", lambda *_: OverloadedError("There is no room.", 3))
        with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as connection:
            connection.connect()
            following, asked = HEAD + BODY[:early], b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
            for sent in (following, BODY[early:] + following, BODY[early:] + asked):
                connection.sock.sendall(sent)
                answer = http.client.HTTPResponse(connection.sock, method="POST")
                answer.begin()
                said = answer.read()
                assert answer.status == (200 if sent.endswith(asked) else 503)
            assert said == b'{"status":"ok"}'


def test_a_refused_request_leaves_its_connection_in_use(settings, monkeypatch):
    app = create_app(settings)
    with running(app, timeout_keep_alive=600) as service:
        monkeypatch.setattr(BoundedExecutor, "busy", property(lambda _: True))
        monkeypatch.setattr(BoundedExecutor, "refusal", lambda *_: OverloadedError("There is no room.", 3))
        with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as connection:
            connection.connect()
            for pieces in ([HEAD + BODY], [HEAD, BODY[:6], BODY[6:]]):
                for piece in pieces:
                    connection.sock.sendall(piece)
                answer = http.client.HTTPResponse(connection.sock, method="POST")
                answer.begin()
                assert (answer.status, answer.headers["retry-after"]) == (503, "3")
                assert json.loads(answer.read())["type"].endswith(":overloaded")
                assert {"x-request-id", "x-content-type-options", "date"} <= {name.lower() for name in answer.headers}
            connection.request("GET", "/livez")
            assert connection.getresponse().read() == b'{"status":"ok"}'
            monkeypatch.undo()
            connection.request("POST", "/v1/check", BODY, {"Content-Type": "application/json"})
            assert connection.getresponse().status == 200


@pytest.fixture
def crowded(monkeypatch) -> None:
    """There is no room, and so many were refused already that further refusals are delayed."""
    refusal = OverloadedError("There is no room.", 3)
    monkeypatch.setattr(BoundedExecutor, "busy", property(lambda _: True))
    monkeypatch.setattr(BoundedExecutor, "refusal", lambda *_: refusal)
    monkeypatch.setattr(refusals, "AT_ONCE", 0)


@contextmanager
def connected(service: Running) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE_SECONDS)) as connection:
        connection.connect()
        yield connection


CHUNKED = b"POST /v1/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
ELSEWHERE = b"GET /v1/articles HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n"


@pytest.mark.parametrize(("sent", "status"), [(HEAD + BODY, 503), (CHUNKED, 503), (ELSEWHERE, 421)])
def test_where_many_are_refused_each_is_told_late_and_others_are_answered(settings, crowded, monkeypatch, sent, status):
    monkeypatch.setattr(refusals, "LATE_SECONDS", 0.5)
    with running(create_app(settings), timeout_keep_alive=600) as service, connected(service) as connection:
        began = time.monotonic()
        connection.sock.sendall(sent)
        answer = http.client.HTTPResponse(connection.sock, method="POST")
        answer.begin()
        assert (answer.status, time.monotonic() - began >= 0.5) == (status, True)
        answer.read()
        connection.request("GET", "/livez")
        assert connection.getresponse().read() == b'{"status":"ok"}'


PUT = (HEAD + BODY).replace(b"POST /v1/check", b"PUT /v1/articles/a")


CHUNKED_PUT = CHUNKED.replace(b"POST /v1/check", b"PUT /v1/articles/a")


@pytest.mark.parametrize(
    ("sent", "method", "route"),
    [
        (HEAD + BODY, "POST", "/v1/check"),
        (CHUNKED, "POST", "/v1/check"),
        (PUT, "PUT", STORED),
        (CHUNKED_PUT, "PUT", STORED),
    ],
)
def test_a_refusal_is_counted_whether_the_protocol_or_the_application_refuses(
    settings, crowded, monkeypatch, sent, method, route
):
    def counted() -> list[float]:
        of_requests = {"method": method, "route": route, "status": "503"}
        found = (("wirematch_refusals_total", {"type": "overloaded"}), ("wirematch_requests_total", of_requests))
        return [metrics.REGISTRY.get_sample_value(name, labels) or 0.0 for name, labels in found]

    monkeypatch.setattr(refusals, "LATE_SECONDS", 0.0)
    before = counted()
    with running(create_app(settings)) as service, connected(service) as connection:
        for _ in range(2):
            connection.sock.sendall(sent)
            answer = http.client.HTTPResponse(connection.sock, method=method)
            answer.begin()
            assert answer.status == 503
            answer.read()

    assert counted() == [number + 2 for number in before]


@pytest.mark.parametrize("late", [False, True])
def test_a_refused_connection_ends_when_nothing_follows_and_not_before_its_refusal(
    settings, crowded, monkeypatch, late
):
    monkeypatch.setattr(refusals, "LATE_SECONDS", PATIENCE_SECONDS if late else 0.0)
    with running(create_app(settings), timeout_keep_alive=600) as service, connected(service) as connection:
        wait_for(lambda: service.server.server_state.connections, "the connection")
        [served] = service.server.server_state.connections
        clock = LoopClock()
        clock.loop, served.loop = served.loop, clock
        for _ in range(3):  # each is sent while the time of the one before is running
            connection.sock.sendall(HEAD + BODY)
            if late:
                wait_for(lambda: served.late_refusal, "the request")
                clock.pass_by(1_000)
                clock.loop.call_soon_threadsafe(served.tell_refusal, served.late_refusal)
            answer = http.client.HTTPResponse(connection.sock, method="POST")
            answer.begin()
            answer.read()
            assert answer.status == 503
            clock.pass_by(400)
        clock.pass_by(200)
        assert connection.sock.recv(1) == b""


def test_all_refusals_of_a_batch_are_told_but_to_those_that_have_left(settings, crowded, monkeypatch):
    monkeypatch.setattr(refusals, "LATE_SECONDS", 0.5)
    with running(create_app(settings), timeout_keep_alive=600) as service, ExitStack() as stack:
        asking = [stack.enter_context(connected(service)) for _ in range(4)]
        for connection in asking:
            connection.sock.sendall(HEAD + BODY)
        wait_for(lambda: owes_a_refusal(service), "the requests")
        asking.pop(0).close()
        for connection in asking:
            answer = http.client.HTTPResponse(connection.sock, method="POST")
            answer.begin()
            assert answer.status == 503
            answer.read()
            connection.request("GET", "/livez")
            assert connection.getresponse().read() == b'{"status":"ok"}'


def owes_a_refusal(service: Running) -> bool:
    return any(one.late_refusal for one in service.server.server_state.connections)


def test_who_does_not_wait_for_a_late_refusal_is_cut_off(settings, crowded, monkeypatch):
    monkeypatch.setattr(refusals, "LATE_SECONDS", PATIENCE_SECONDS)
    with running(create_app(settings), timeout_keep_alive=600) as service, connected(service) as connection:
        connection.sock.sendall(HEAD + BODY)
        wait_for(lambda: owes_a_refusal(service), "the request")
        connection.sock.sendall(HEAD)
        assert connection.sock.recv(1) == b""


def test_a_service_that_ends_says_the_refusals_that_it_still_owes(settings, crowded, monkeypatch):
    monkeypatch.setattr(refusals, "LATE_SECONDS", PATIENCE_SECONDS)
    with closing(http.client.HTTPConnection("127.0.0.1", timeout=PATIENCE_SECONDS)) as connection:
        with running(create_app(settings), timeout_keep_alive=600) as service:
            connection.port = service.port
            connection.connect()
            connection.sock.sendall(HEAD + BODY)
            wait_for(lambda: owes_a_refusal(service), "the request")
        answer = http.client.HTTPResponse(connection.sock, method="POST")
        answer.begin()
        assert answer.status == 503


def test_who_waits_for_a_late_refusal_takes_no_place_in_the_line(settings, monkeypatch):
    asked = threading.Event()
    monkeypatch.setattr(RefusalThrottle, "next_delay", lambda _: asked.set() or PATIENCE_SECONDS)
    with running(create_app(settings), timeout_keep_alive=600) as service, connected(service) as connection:
        connection.sock.sendall((HEAD + BODY).replace(b"localhost", b"elsewhere.example"))
        assert asked.wait(PATIENCE_SECONDS)
        executor = service.server.lifespan.state["detector"].executor
        assert [lane.reserved for lane in executor.lanes.values()] == [0, 0]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_refusals_of_a_second_are_told_at_once(clock):
    throttle = RefusalThrottle(clock=clock)
    for _ in range(2):
        assert [throttle.next_delay() for _ in range(AT_ONCE + 2)] == [0.0] * AT_ONCE + [LATE_SECONDS] * 2
        clock.now += 1
