"""Checks as most callers send them, which take a shorter way, are answered as FastAPI answers."""

from __future__ import annotations

import json
import re

import pytest

from support.api_calls import add

PLAIN, ODD = "application/json", "application/json; odd=1"
"""Media types: the first is handled by ``api/routes/plain_checks.py``, the second by FastAPI."""


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"limit": 1},
        {"include_related": True, "explain": True},
        {"sources": ["Nobody"]},
        {"kind": "wire", "published_at": "2026-01-02T03:04:05+01:00", "metadata": {"desk": 3}},
    ],
)
def test_plain_checks_are_answered_as_fastapi_answers_them(client, bridge, more):
    for kind in ("wire", "copy", "independent"):
        add(client, bridge[kind])
    content = json.dumps({**bridge["rewrite"], **more})
    plain, odd = (client.post("/v1/check", content=content, headers={"content-type": it}) for it in (PLAIN, ODD))

    assert plain.status_code == 200
    assert plain.headers["content-type"] == odd.headers["content-type"]
    assert _but_for_time(plain.content) == _but_for_time(odd.content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"body": " "}',
        b'{"body": "\\ud800"}',
        b'{"body": "Rain.", "nobody": 1}',
        b'{"body": "Rain.", "limit": 0}',
        b'{"headline": "Rain"}',
        b"[" * 100_000,
    ],
)
def test_what_is_wrong_with_a_plain_check_is_told_as_fastapi_tells_it(client, content):
    plain, odd = (client.post("/v1/check", content=content, headers={"content-type": it}) for it in (PLAIN, ODD))

    assert 400 <= plain.status_code < 500
    assert (plain.status_code, plain.json()) == (odd.status_code, odd.json())


def _but_for_time(content: bytes) -> bytes:
    return re.sub(rb'"took_ms":[0-9.e-]+', b"", content)
