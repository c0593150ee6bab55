"""Web archives as crawlers write them."""

from __future__ import annotations

import gzip
import uuid
from pathlib import Path

TEXT = "The lighthouse at Kelder Point went dark for a night, and the fishermen hung lanterns from the breakwater. " * 4
PAGE = (
    "<html><head><title>Lamp out</title>{head}</head>"
    "<body><article><h1>Lamp out</h1><p>{text}</p></article></body></html>"
)


class Archive:
    """Consecutive records, each compressed separately if at all, as ISO 28500 requires."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pack = gzip.compress if path.suffix == ".gz" else bytes
        self.ends: list[int] = []
        self._record("warcinfo", "", "application/warc-fields", b"software: a test\r\n")

    def page(self, address: str, content: bytes, *, status: str = "200 OK", **headers: str) -> None:
        given = {"Content_Type": "text/html; charset=utf-8"} | headers
        lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in given.items())]
        asked = b"GET / HTTP/1.1\r\nHost: news.example\r\n\r\n"
        self._record("request", address, "application/http; msgtype=request", asked)
        head = "\r\n".join([*lines, "", ""]).encode()
        self._record("response", address, "application/http; msgtype=response", head + content)

    def resource(self, address: str, content: bytes) -> None:
        self._record("resource", address, "text/html", content)

    def _record(self, kind: str, address: str, media_type: str, content: bytes) -> None:
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
            f"WARC-Date: 2026-03-03T10:00:00Z\r\nWARC-Target-URI: {address}\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        with self.path.open("ab") as file:
            file.write(self._pack(head.encode() + content + b"\r\n\r\n"))
            self.ends.append(file.tell())


def page(head: str = "", text: str = TEXT) -> bytes:
    return PAGE.format(head=head, text=text).encode()
