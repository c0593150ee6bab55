"""Webhooks go only to public addresses, and only the status of a receiver's response is read."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpcore2
import httpx2
import pytest
from pydantic import ValidationError

from support.webhook_receiver import SECRET
from wirematch.hosts import is_public
from wirematch.settings import Settings
from wirematch.webhooks.sender import Receiver, Sender, public_transport

MEGABYTE = 1024 * 1024


def test_where_httpx2_keeps_its_pool_elsewhere_nothing_is_sent(monkeypatch):
    class Elsewhere:
        def __init__(self) -> None:
            self._connections = httpcore2.AsyncConnectionPool()

    monkeypatch.setattr("wirematch.webhooks.sender.httpx2.AsyncHTTPTransport", Elsewhere)
    with pytest.raises(RuntimeError, match=r"requirements\.lock"):
        public_transport()


class Hostile:
    """A receiver that responds with far too much, and counts what it could send."""

    def __init__(self, head: bytes, piece: bytes, pieces: int) -> None:
        self.sent = self.requests = 0
        self.gone = threading.Event()
        self._head, self._piece, self._pieces = head, piece, pieces
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/pickups"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = b""
            while b"}" not in asked:
                asked += connection.recv(65_536)
            self.requests += 1
            connection.sendall(self._head)
            for _ in range(self._pieces):
                connection.sendall(self._piece)
                self.sent += len(self._piece)
        self.gone.set()

    def close(self) -> None:
        self._server.close()


ANSWERS = {
    "endless": (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * MEGABYTE, 1_000),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"100000\r\n" + b"x" * MEGABYTE + b"\r\n",
        1_000,
    ),
}


def bomb() -> tuple[bytes, bytes, int]:
    packed = gzip.compress(b"x" * (64 * MEGABYTE), 1)
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed), packed, 1


@pytest.fixture(params=["bomb", *ANSWERS])
def hostile(request: pytest.FixtureRequest) -> Iterator[Hostile]:
    receiver = Hostile(*(ANSWERS.get(request.param) or bomb()))
    yield receiver
    receiver.close()


def sender_to(url: str) -> Sender:
    return Sender(Receiver(url, [b"k" * 32], timeout=20.0, give_up=60.0, private=True))


@pytest.mark.anyio
async def test_only_the_status_of_an_answer_is_read(hostile):
    async with sender_to(hostile.url) as sender:
        for _ in range(3):
            response = await sender.post(b"{}", {})
            assert response.status_code == 200
            with pytest.raises(httpx2.ResponseNotRead):
                _ = response.content
    await asyncio.to_thread(hostile.gone.wait, 20)

    assert hostile.requests == 3
    assert hostile.sent < 3 * 32 * MEGABYTE  # what the kernel's buffers take


@pytest.mark.anyio
async def test_a_redirect_is_not_followed():
    inside = Hostile(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", 0)
    head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {inside.url}\r\nContent-Length: 0\r\n\r\n".encode()
    outside = Hostile(head, b"", 0)
    async with sender_to(outside.url) as sender:
        assert (await sender.post(b"{}", {})).status_code == 307

    assert (outside.requests, inside.requests) == (1, 0)
    inside.close()
    outside.close()


PRIVATE = [
    "127.0.0.1", "127.8.9.10", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "224.0.0.1", "ff02::1", "255.255.255.255", "localhost", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is(address):
    assert is_public(address)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "rebound.example"])
async def test_a_name_is_judged_by_the_address_that_it_is_resolved_to(monkeypatch, name):
    inside = Hostile(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", 0)
    port = int(inside.url.rpartition(":")[2].partition("/")[0])
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolve, raising=False)
    async with httpx2.AsyncClient(transport=public_transport()) as client:
        with pytest.raises(httpx2.ConnectError, match="not public"):
            await client.post(f"http://{name}:{port}/pickups", content=b"{}")

    assert inside.requests == 0
    inside.close()


@pytest.mark.anyio
async def test_of_several_addresses_the_public_one_is_connected_to(monkeypatch):
    loop = asyncio.get_running_loop()
    asked: list[str] = []

    async def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("10.0.0.1", "192.88.98.1")]

    async def connect(_: object, host: str, *rest: object) -> None:
        asked.append(host)
        raise httpcore2.ConnectError("nobody")

    monkeypatch.setattr(loop, "getaddrinfo", resolve, raising=False)
    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect)
    async with httpx2.AsyncClient(transport=public_transport()) as client:
        with pytest.raises(httpx2.ConnectError, match="nobody"):
            await client.post("http://desk.example/pickups", content=b"{}")

    assert asked == ["192.88.98.1"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254"])
def test_an_address_that_is_not_public_is_refused_at_the_start_unless_allowed(host):
    chosen = {"webhook_secret": SECRET, "webhook_url": f"http://{host}:8080/pickups"}

    with pytest.raises(ValidationError, match="WIREMATCH_WEBHOOK_PRIVATE"):
        Settings(**chosen)
    assert Settings(**chosen, webhook_private=True).webhook_url
    assert Settings(**chosen | {"webhook_url": "https://desk.example/pickups"}).webhook_url
