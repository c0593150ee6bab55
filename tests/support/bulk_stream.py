"""A client that sends and reads concurrently, as the bulk endpoint requires; common ones send everything first."""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from support.live_service import LiveService
from support.waiting import PATIENCE_SECONDS

BULK = "/v1/articles/bulk"
NDJSON = "application/x-ndjson"


def text(seed: int, words: int = 60) -> str:
    """Text that passes for English, and is unique."""
    draw = random.Random(seed)
    made = [
        "".join(draw.choices("bcdfghlmnprst", k=3)) + draw.choice(("ate", "ine", "ork", "ull")) for _ in range(words)
    ]
    return " of the ".join(made) + "."


def as_lines(articles: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    return (json.dumps(article).encode() + b"\n" for article in articles)


class BulkStream:
    """A running bulk request; a thread sends chunks while results are read here."""

    def __init__(
        self, service: LiveService, pieces: Iterable[bytes], options: str = "", *, small: bool = False
    ) -> None:
        self._process_id = service.process.pid
        host, port = service.url.removeprefix("http://").split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_SECONDS)
        if small:  # so that unread data is noticed soon
            self._connection.sock = socket.socket()
            self._connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self._connection.sock.settimeout(PATIENCE_SECONDS)
            self._connection.sock.connect((host, int(port)))
        self._connection.putrequest("POST", BULK + options)
        self._connection.putheader("Transfer-Encoding", "chunked")
        self._connection.putheader("Content-Type", NDJSON)
        self._connection.endheaders()
        self._sender = threading.Thread(target=self._send, args=(pieces,), daemon=True)
        self._sender.start()

    def _send(self, pieces: Iterable[bytes]) -> None:
        with suppress(OSError):  # the connection was reset
            for piece in pieces:
                self._connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            self._connection.send(b"0\r\n\r\n")

    def results(self) -> Iterator[dict[str, Any]]:
        """Yield each line of the response as it arrives, including the summary."""
        with closing(self._connection), self._connection.getresponse() as response:
            assert response.status == 200, response.read()
            assert response.headers["content-type"] == NDJSON
            for line in response:
                yield json.loads(line)
            self._sender.join()

    def held_up(self) -> bool:
        """Whether the service sleeps and leaves unread what has arrived; one that is merely slow is awake."""
        client = f":{self._connection.sock.getsockname()[1]:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        unread = any(int(row[4].split(":")[1], 16) for row in rows if row[2].endswith(client))
        threads = Path(f"/proc/{self._process_id}/task").glob("*/stat")
        return unread and all(thread.read_text().rpartition(")")[2].split()[0] == "S" for thread in threads)

    def vanish(self) -> None:
        """Reset the connection."""
        assert self._connection.sock is not None
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._connection.close()


def post_lines(
    service: LiveService, pieces: Iterable[bytes], options: str = ""
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the results of all lines, and the summary."""
    *results, last = BulkStream(service, pieces, options).results()
    return results, last["summary"]
