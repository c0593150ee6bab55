"""A proxy between services and their store that can make the network slow, silent or cut."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from enum import Enum, auto
from pathlib import Path

PIECE = 65_536
LOOK_SECONDS = 0.05


class Network(Enum):
    """What the proxy does with data."""

    PASSES = auto()
    SLOW = auto()
    """Passes each chunk on after ``SLOW_SECONDS``."""
    SILENT = auto()
    """Accepts data but passes nothing on; connections stay open."""
    CUT = auto()
    """Closes all connections, and refuses new ones."""


SLOW_SECONDS = 0.05


class Proxy:
    """A proxy from a port on loopback to a Unix socket, or to another port there."""

    def __init__(self, target: Path | int) -> None:
        self.network = Network.PASSES
        self.target = target
        """Where new connections lead; others stay where they are."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        self._listener.settimeout(LOOK_SECONDS)
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        target = self.target
        family = socket.AF_UNIX if isinstance(target, Path) else socket.AF_INET
        with client, socket.socket(family) as server, contextlib.suppress(OSError):
            if self.network is Network.CUT:
                return
            server.connect(str(target) if isinstance(target, Path) else ("127.0.0.1", target))
            ways = {client: server, server: client}
            while not self._closing.is_set() and self.network is not Network.CUT:
                if self.network is Network.SILENT:
                    time.sleep(LOOK_SECONDS)
                    continue
                ready, _, _ = select.select([client, server], [], [], LOOK_SECONDS)
                for source in ready:
                    if self.network is Network.SLOW:
                        time.sleep(SLOW_SECONDS)
                    if not (data := source.recv(PIECE)):
                        return
                    ways[source].sendall(data)
