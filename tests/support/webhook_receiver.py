"""A receiver of webhooks, as a desk might run it."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"the key of a receiver in a test.").decode()


class WebhookReceiver:
    """A receiver on loopback that accepts signed messages; ``statuses`` are its first responses."""

    def __init__(self, secret: str = SECRET) -> None:
        self.statuses: list[int] = []
        self.seconds = 0.0
        """Delay of its responses."""
        self.seen: list[dict[str, str]] = []
        """The headers of all requests."""
        self.taken: list[dict[str, Any]] = []
        """The accepted messages, each with its ``webhook-id`` as ``id``."""
        self._webhook = Webhook(secret)
        self._thinking = threading.Event()
        self._thread: threading.Thread | None = None
        # The port is reserved now; connections are refused until it opens.
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(), bind_and_activate=False)
        self._server.daemon_threads = True
        self._server.server_bind()
        self.url = f"http://127.0.0.1:{self._server.server_port}/pickups"

    def verify(self, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        """Return the message. Raises WebhookVerificationError if it is not properly signed."""
        told: dict[str, Any] = self._webhook.verify(body, headers)
        return told

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver, thinking = self, self._thinking

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.seen.append(headers)
                told = receiver.verify(body, headers)  # raises, so the sender gets no response
                thinking.wait(receiver.seconds)
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if status < 300:
                    receiver.taken.append(told | {"id": headers["webhook-id"], "raw": json.loads(body)})

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def open(self) -> None:
        self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._thinking.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
