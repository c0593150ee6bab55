"""Web archives as crawlers write them."""

from __future__ import annotations

import gzip
import io
import sys
import uuid
from pathlib import Path

import pytest

from wirematch.errors import InvalidArticleError
from wirematch.pipelines.dedupe import inputs
from wirematch.pipelines.dedupe.inputs import Inputs

TEXT = "The lighthouse at Kelder Point went dark for a night, and the fishermen hung lanterns from the breakwater. " * 4
PAGE = (
    "<html><head><title>Lamp out</title>{head}</head>"
    "<body><article><h1>Lamp out</h1><p>{text}</p></article></body></html>"
)


class Archive:
    """Records one after the other, each packed by itself where they are packed, as ISO 28500 has it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pack = gzip.compress if path.suffix == ".gz" else bytes
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


@pytest.fixture(params=["crawl.warc", "crawl.warc.gz"])
def archive(tmp_path, request) -> Archive:
    return Archive(tmp_path / request.param)


def page(head: str = "", text: str = TEXT) -> bytes:
    return PAGE.format(head=head, text=text).encode()


def test_pages_are_articles_under_their_own_ids_or_addresses(archive):
    archive.page("https://news.example/lamp", page())
    archive.page("https://news.example/?id=7", page('<link rel="canonical" href="https://news.example/seven">'))
    archive.resource("https://news.example/saved", page())
    archive.page("https://news.example/" + "long" * 60, page())
    items = list(Inputs([str(archive.path)]).items())

    assert [item.document.article.id for item in items[:3]] == [
        "https://news.example/lamp", "https://news.example/seven", "https://news.example/saved",
    ]  # fmt: skip
    assert items[3].document.article.id.startswith("urn:sha256:")
    assert items[0].document.article.headline == "Lamp out"
    assert items[0].document.article.body.startswith("The lighthouse at Kelder Point")
    assert items[0].place == f"{archive.path}, https://news.example/lamp"


def test_what_is_no_page_or_no_success_is_passed_over(archive):
    archive.page("https://news.example/gone", page(), status="404 Not Found")
    archive.page("https://news.example/lamp.png", b"\x89PNG", Content_Type="image/png")
    archive.page("https://news.example/untyped", page(), Content_Type="")

    assert list(Inputs([str(archive.path)]).items()) == []


def test_pages_come_packed_and_in_other_encodings(archive):
    archive.page("https://news.example/1", gzip.compress(page()), Content_Encoding="gzip")
    latin = page(text=TEXT.replace("Kelder", "Kölder")).decode().encode("latin-1")
    archive.page("https://news.example/2", latin, Content_Type="text/html; charset=iso-8859-1")
    one, two = (item.document.article.body for item in Inputs([str(archive.path)]).items())

    assert one.startswith("The lighthouse at Kelder Point")
    assert two.startswith("The lighthouse at Kölder Point")


def test_a_page_without_a_text_or_too_large_is_a_fault_with_its_place(archive, monkeypatch):
    monkeypatch.setattr(inputs, "LARGEST_DOCUMENT", 5_000)
    archive.page("https://news.example/empty", b"<html><body></body></html>")
    archive.page("https://news.example/large", page(text=TEXT * 20))
    archive.page("https://news.example/lamp", page())
    empty, large, good = Inputs([str(archive.path)]).items()

    assert "https://news.example/empty" in empty.place
    assert "no text" in empty.fault
    assert large.fault == "a document may have at most 5,000 bytes."
    assert good.document is not None


def test_standard_input_may_be_an_archive(archive, monkeypatch):
    archive.page("https://news.example/lamp", page())
    content = archive.path.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    [item] = Inputs(["-"], "warc").items()
    assert item.document.article.id == "https://news.example/lamp"


def test_what_is_no_archive_is_said(tmp_path):
    (tmp_path / "a.warc").write_text("This is no archive.\n")

    with pytest.raises(InvalidArticleError, match=r"a\.warc cannot be read"):
        list(Inputs([str(tmp_path / "a.warc")]).items())
