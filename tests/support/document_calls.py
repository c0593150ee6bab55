"""News documents sent to the API, and one story in ninjs to be varied field by field."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx2
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.formats_documents import DOCUMENTS

URI = "urn:newsml:norwind.example:20260303:ferry:3"
MEDIA_TYPES = {
    "ninjs-1.3.json": "application/ninjs+json",
    "ninjs-2.1.json": "application/ninjs+json; charset=utf-8",
    "ninjs-3.2.json": "application/ninjs+json",
    "newsml-g2-item.xml": "application/vnd.iptc.g2.newsitem+xml",
    "newsml-g2-nitf.xml": "application/xml",
    "nitf-3.5.xml": "application/nitf+xml",
    "nitf-3.6.xml": "text/xml",
    "article-graph.jsonld": "application/ld+json",
    "feed-atom.xml": "application/atom+xml",
    "page.html": "text/html; charset=utf-8",
}
"""Media type of each document in ``tests/documents`` with exactly one article."""


def content_of(name: str) -> bytes:
    return (DOCUMENTS / name).read_bytes()


def send(client: TestClient, name: str, **more: Any) -> httpx2.Response:
    return client.post(ARTICLES, content=content_of(name), headers={"content-type": MEDIA_TYPES[name]}, **more)


def ninjs(**fields: Any) -> bytes:
    """Return the story of ``URI`` with other fields."""
    return json.dumps(json.loads(content_of("ninjs-3.2.json")) | fields).encode()


def send_ninjs(client: TestClient, **fields: Any) -> httpx2.Response:
    return client.post(ARTICLES, content=ninjs(**fields), headers={"content-type": "application/ninjs+json"})


def stored(client: TestClient, article_id: str = URI) -> dict[str, Any]:
    article: dict[str, Any] = client.get(f"{ARTICLES}/{quote(article_id)}").json()
    return article
