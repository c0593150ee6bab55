"""A server that answers every request with given bytes, at its own pace, over plain sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from wirematch_client import Retry

Pieces = Callable[[threading.Event], Iterable[bytes]]
"""Makes what is sent on a connection; the event is set when the test is over."""
QUICK = Retry(attempts=3, first_delay=0.01)
ARTICLE = {"id": "a", "body": "A gravel barge broke loose."}
STORED = json.dumps(ARTICLE | {"kind": "wire", "version": 1, "stored_at": "2026-03-01T10:00:00Z"}).encode()
"""What a service answers of it."""


def head(status: str = "200 OK", *lines: str, version: str = "1.1") -> bytes:
    return "\r\n".join([f"HTTP/{version} {status}", *lines, "", ""]).encode("latin-1")


def whole(content: bytes, status: str = "200 OK", *lines: str) -> Pieces:
    return lambda _: [head(status, f"Content-Length: {len(content)}", "Connection: close", *lines) + content]


class HostileServer:
    """Counts the requests that came."""

    def __init__(self, pieces: Pieces, *, reset: bool, slow: bool) -> None:
        self.requests = 0
        self._pieces = pieces
        self._reset = reset
        self._pause = 0.1 if slow else 0.0
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        if slow:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self._read_request(connection)
            self.requests += 1
            for piece in self._pieces(self._over):
                connection.sendall(piece)
                if self._over.is_set():
                    break
            if self._reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    def _read_request(self, connection: socket.socket) -> None:
        """Read one request. Raises ConnectionError if there is none."""
        told = b""
        while b"\r\n\r\n" not in told:
            told += _received(connection)
        lines, _, body = told.partition(b"\r\n\r\n")
        sizes = [line.split(b":")[1] for line in lines.split(b"\r\n") if line.lower().startswith(b"content-length")]
        left = sum(map(int, sizes)) - len(body)
        while left > 0:
            left -= len(_received(connection))
            if self._over.wait(self._pause):
                raise ConnectionError


def _received(connection: socket.socket) -> bytes:
    if not (piece := connection.recv(65_536)):
        raise ConnectionError
    return piece


@contextmanager
def hostile_server(pieces: Pieces, *, reset: bool = False, slow: bool = False) -> Iterator[HostileServer]:
    """A server on loopback. With ``reset``, connections end with a reset in place of an orderly close.

    With ``slow``, it reads the bodies of requests piece by piece with pauses.
    """
    server = HostileServer(pieces, reset=reset, slow=slow)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def unaccepting_server() -> Iterator[str]:
    """The address of a server to which no further connection can be made: its queue of them is full."""
    with ExitStack() as opened:
        listener = opened.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def slowly(first: bytes, piece: bytes, pause: float = 0.02) -> Pieces:
    """Send ``first``, and then ``piece`` again and again, with a pause in between."""

    def pieces(over: threading.Event) -> Iterator[bytes]:
        yield first
        while not over.wait(pause):
            yield piece

    return pieces


def endless(first: bytes, piece: bytes) -> Pieces:
    """Send ``first``, and then ``piece`` again and again."""

    def pieces(over: threading.Event) -> Iterator[bytes]:
        yield first
        while not over.is_set():
            yield piece

    return pieces
