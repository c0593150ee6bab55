"""A receiver of webhooks, as a desk might run it."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from support.live_service import free_port

SECRET = "whsec_" + base64.b64encode(b"the key of a receiver in a test.").decode()


class Desk:
    """A receiver on loopback that takes only what is signed; ``statuses`` are its first answers, then it takes all."""

    def __init__(self, secret: str = SECRET) -> None:
        self.statuses: list[int] = []
        self.seconds = 0.0
        """How long it thinks before it answers."""
        self.seen: list[dict[str, str]] = []
        """The headers of all that came."""
        self.taken: list[dict[str, Any]] = []
        """What was taken, each with its ``webhook-id`` as ``id``."""
        self._webhook = Webhook(secret)
        self._port = free_port()
        self._thinking = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.url = f"http://127.0.0.1:{self._port}/pickups"

    def open(self) -> None:
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                desk.seen.append(headers)
                told = desk._webhook.verify(body, headers)  # raises, and the sender gets no answer
                desk._thinking.wait(desk.seconds)
                status = desk.statuses.pop(0) if desk.statuses else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if status < 300:
                    desk.taken.append(told | {"id": headers["webhook-id"], "raw": json.loads(body)})

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._thinking.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None
