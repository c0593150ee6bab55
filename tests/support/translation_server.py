"""A LibreTranslate-compatible server on loopback that knows some sentences, and misbehaves when told to."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import deque
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LANGUAGES = [
    {"code": code, "name": code, "targets": [other for other in ("en", "es", "pt-BR", "de", "xyz") if other != code]}
    for code in ("en", "es", "pt-BR", "de")
]
ENDLESS = b" " * (9 << 20)


class TranslationServer(ThreadingHTTPServer):
    """Runs from `start` until `stop`; ``asked`` has the bodies of all requests accepted."""

    daemon_threads = True

    def __init__(self, *, key: str | None = None, phrases: Mapping[str, str] | None = None) -> None:
        """``phrases`` are the sentences that it knows; others are returned in capitals."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = key
        self.phrases = phrases or {}
        self.faults: deque[str] = deque()
        """Faults of the next responses to ``/translate``: a status, ``hang``, ``fewer``, …; then they are right."""
        self.asked: list[dict[str, Any]] = []
        self.let_go = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.let_go.set()
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: TranslationServer

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        answers = {"/languages": LANGUAGES, "/spec": {"info": {"version": "1.6.9"}}}
        self.answer(200 if self.path in answers else 404, answers.get(self.path))

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(asked)
        if self.server.key is not None and asked.get("api_key") != self.server.key:
            self.answer(403, {"error": "Invalid API key"})
            return
        done = [self.server.phrases.get(sentence, sentence.upper()) for sentence in asked["q"]]
        fault = self.server.faults.popleft() if self.server.faults else "none"
        if fault in {"hang", "cut"}:
            if fault == "hang":
                self.server.let_go.wait(30)
            self.close_connection = True
        elif fault.isdigit():
            self.answer(int(fault), {"error": fault})
        elif fault == "redirect":
            self.answer(302, {}, location="/elsewhere")
        else:
            text = {"fewer": done[:-1], "text": " ".join(done)}.get(fault, done)
            self.answer(200, {"translatedText": text}, {"garbage": b"\xff<html>", "flood": ENDLESS}.get(fault))

    def answer(self, status: int, content: Any, body: bytes | None = None, location: str | None = None) -> None:
        payload = json.dumps(content).encode() if body is None else body
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        if location is not None:
            self.send_header("location", location)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client has closed the connection
            self.wfile.write(payload)
