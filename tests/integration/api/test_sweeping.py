"""A running service removes expired articles on its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from support.expiry import let_pass
from support.waiting import wait_for
from wirematch.app import create_app


def test_expired_articles_are_forgotten(monkeypatch, settings, bridge, keys, store, index_name):
    monkeypatch.setattr("wirematch.index.retention.SWEEP_SECONDS", 0.1)
    with TestClient(create_app(settings)) as client:
        ends = datetime.now(UTC) + timedelta(hours=1)
        stored = client.post("/v1/articles", json=bridge["wire"] | {"id": "a", "expires_at": ends.isoformat()})
        assert stored.status_code == 201
        assert client.get("/v1/articles/a").json()["expires_at"]
        assert let_pass(3_600, store, index_name) == 1
        assert client.get("/v1/articles/a").status_code == 404
        assert client.post("/v1/check", json={"body": bridge["copy"]["body"]}).json()["decision"] == "new"
        wait_for(lambda: keys() == set(), "sweeping")
