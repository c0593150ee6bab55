"""An HTTP server that responds as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class StubServer:
    """A server on loopback for responses that the service gives only in bad moments."""

    def __init__(self) -> None:
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        """One response per request, in order; the last one is repeated."""
        self.requests: list[tuple[str, str]] = []
        self.keys: list[str | None] = []
        """The ``Idempotency-Key`` of each request."""
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                stub.requests.append((self.command, self.path))
                stub.keys.append(self.headers.get("idempotency-key"))
                answer = stub.answers.pop(0) if len(stub.answers) > 1 else stub.answers[0]
                answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names of the standard library

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def says(status: int, content: Any = None, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Make a JSON response."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without a response."""
    handler.close_connection = True


STORED = says(
    201,
    {
        "id": "a", "stored": True, "version": 1,
        "report": {
            "decision": "new", "original_id": None, "matches": [], "attribution": {"stories": [], "original": 1.0},
            "index": {"articles": 1, "candidates": 0, "compared": 0}, "took_ms": 1.0,
        },
    },
)  # fmt: skip
"""What the service answers to an article that it has stored."""
