"""The service's HTTP protocol in this process, and clients that no well-behaved client would resemble."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import uvicorn

from support.ports import free_port
from support.waiting import PATIENCE_SECONDS, wait_for
from wirematch.server.protocol.http_protocol import BoundedProtocol


class Running:
    """A server in a thread."""

    def __init__(self, app: Any, **options: Any) -> None:
        self.port = free_port()
        config = uvicorn.Config(
            app, port=self.port, http=BoundedProtocol, log_config=None, timeout_graceful_shutdown=60, **options
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive()


@contextmanager
def running(app: Any, **options: Any) -> Iterator[Running]:
    service = Running(app, **options)
    service.thread.start()
    wait_for(lambda: service.server.started or not service.thread.is_alive(), "the start")
    assert service.server.started
    try:
        yield service
    finally:
        service.stop()


class RawConnection:
    """One connection; responses are split into status, headers and body."""

    def __init__(self, port: int, opening: bytes = b"") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.said = b""
        self.send(opening)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_until_cut(self, data: bytes, times: int) -> bool:
        """Return whether the other side closed the connection before everything was sent."""
        try:
            for _ in range(times):
                self.socket.sendall(data)
        except OSError:
            return True
        return False

    def hear(self, until: bytes | None = None) -> bytes:
        """Read up to the end, or to ``until``."""
        try:
            while (until is None or until not in self.said) and (data := self.socket.recv(65_536)):
                self.said += data
        except ConnectionError:
            pass
        return self.said

    def problem(self) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Return the only response, after which the connection was closed."""
        head, _, body = self.hear().partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return int(first.split()[1]), headers, json.loads(body)

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
