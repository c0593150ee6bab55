"""A full store is reported, in readiness too, and checks still work."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from support.live_service import client_of
from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.embedded.valkey_process import default_memory
from wirematch.settings import Settings

MEGABYTE = 1024 * 1024
TEXT = "Four people died when the bridge fell into the harbour of Averland on Tuesday, the harbour master said."


def test_while_writes_are_refused_it_is_not_ready_and_answers_checks(tmp_path, caplog):
    with (
        EmbeddedStore(tmp_path) as store,
        client_of(store.url) as server,
        TestClient(create_app(Settings(redis_url=store.url)), "http://localhost") as client,
    ):
        assert client.post("/v1/articles", json={"id": "x", "body": TEXT}).status_code == 201
        assert client.get("/readyz").status_code == 200

        server.config_set("maxmemory", 1)
        assert_problem(client.get("/readyz"), 503, "index-full")
        refused = client.post("/v1/articles", json={"id": "y", "body": TEXT})
        assert_problem(refused, 503, "index-full")
        assert refused.headers["retry-after"] == "30"
        assert client.post("/v1/check", json={"body": TEXT}).json()["original_id"] == "x"
        assert client.get("/livez").status_code == 200
        assert "OutOfMemoryError" in caplog.text

        server.config_set("maxmemory", 0)
        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/articles", json={"id": "y", "body": TEXT}).status_code == 201
        assert not server.keys("*probe*")


def test_what_refuses_all_lines_of_a_batch_is_logged_once(tmp_path, caplog):
    """A client that sends on would fill the disk with the log."""
    lines = [json.dumps({"id": f"y{number}", "body": f"{TEXT} It is bridge {number}."}) for number in range(50)]
    with (
        EmbeddedStore(tmp_path) as store,
        client_of(store.url) as server,
        TestClient(create_app(Settings(redis_url=store.url)), "http://localhost") as client,
    ):
        server.config_set("maxmemory", 1)
        told = client.post(
            "/v1/articles/bulk", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
        )

    *results, _ = map(json.loads, told.text.splitlines())
    assert [one["problem"]["type"] for one in results] == ["urn:wirematch:problem:index-full"] * len(lines)
    assert 0 < caplog.text.count("a request failed: The index is full") < len(lines) / 2


@pytest.mark.parametrize("memory", [32 * MEGABYTE, None])
def test_an_embedded_server_has_a_limit_of_its_own(tmp_path, memory):
    with EmbeddedStore(tmp_path, memory) as store, client_of(store.url) as server:
        assert int(server.config_get("maxmemory")["maxmemory"]) == (memory or default_memory())
        assert default_memory() > 64 * MEGABYTE
