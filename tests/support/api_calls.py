"""API calls that must succeed, for tests of something else."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

ARTICLES = "/v1/articles"


def add(client: TestClient, article: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """Store an article and return its receipt."""
    response = client.post(ARTICLES, json=article, params=parameters)
    assert response.status_code == 201, response.text
    receipt: dict[str, Any] = response.json()
    return receipt


def check(client: TestClient, article: dict[str, Any], **filters: Any) -> dict[str, Any]:
    """Check an article, without storing it, and return its report."""
    submission = {name: value for name, value in article.items() if name != "id"}
    response = client.post("/v1/check", json=submission | filters)
    assert response.status_code == 200, response.text
    report: dict[str, Any] = response.json()
    return report


def ids(matches: list[dict[str, Any]]) -> list[str]:
    return [match["id"] for match in matches]
