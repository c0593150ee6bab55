"""A relay before a real Valkey that withholds the answers of one script until several clients wait for it."""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from wirematch.index.connections.scripts import Script

PIECE = 65_536
LOOK_SECONDS = 0.05
FAILURE = b"-ERR made to fail\r\n"


class HoldingRelay:
    """Passes everything on, except calls of a script once :meth:`hold` was called: those are never answered."""

    def __init__(self, url: str) -> None:
        self.path = redis.Redis.from_url(url).connection_pool.connection_kwargs["path"]
        self.closing = threading.Event()
        self._held: list[socket.socket] = []
        self._wanted = 0
        self._marks: tuple[bytes, ...] = ()
        self._lock = threading.Lock()

    def hold(self, script: Script, wanted: int, about: str = "") -> None:
        """Withhold the answers of ``script`` from now on, where its arguments contain ``about``."""
        self._wanted = wanted
        self._marks = (script.sha.encode(), about.encode())
        self._held = []

    @property
    def enough(self) -> bool:
        """Whether as many clients as wanted wait for an answer."""
        with self._lock:
            return len(self._held) >= self._wanted

    def fail_one(self) -> None:
        """Answer who came last with an error; the others go on waiting."""
        self._held[-1].sendall(FAILURE)

    def keeps(self, request: bytes, client: socket.socket) -> bool:
        """Whether a client must wait for ever; counts it."""
        if not self._marks or not all(mark in request for mark in self._marks):
            return False
        with self._lock:
            self._held.append(client)
        return True


class _Connection(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        relay, client = self.server.relay, self.request
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(relay.path)
            others = {client: server, server: client}
            while not relay.closing.is_set():
                for source in select.select([client, server], [], [], LOOK_SECONDS)[0]:
                    try:
                        data = source.recv(PIECE)
                    except ConnectionError:
                        return
                    if not data:
                        return
                    if source is server or not relay.keeps(data, client):
                        others[source].sendall(data)


class _Listener(socketserver.ThreadingTCPServer):
    def __init__(self, relay: HoldingRelay) -> None:
        self.relay = relay
        super().__init__(("127.0.0.1", 0), _Connection)


@contextmanager
def relay_to(url: str) -> Iterator[tuple[HoldingRelay, str]]:
    """A relay to the Valkey behind ``url``, and its own URL."""
    relay = HoldingRelay(url)
    with _Listener(relay) as listener:
        serving = threading.Thread(target=listener.serve_forever, args=(LOOK_SECONDS,))
        serving.start()
        try:
            yield relay, f"redis://127.0.0.1:{listener.server_address[1]}/0"
        finally:
            relay.closing.set()
            listener.shutdown()
            serving.join()
