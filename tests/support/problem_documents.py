"""The form of every error response (RFC 9457)."""

from __future__ import annotations

from typing import Any

import httpx2


def assert_problem(response: httpx2.Response, status: int, kind: str) -> dict[str, Any]:
    """Check for a problem document with this status and kind; return its content."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["type"] == f"urn:wirematch:problem:{kind}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document
