"""Liveness and readiness: without Redis, on an index with another configuration, after a restart of Redis."""

from __future__ import annotations

import logging

import pytest
import uvicorn
from fastapi.testclient import TestClient
from uvicorn.lifespan.on import LifespanOn

from support.api_calls import ARTICLES, add, check
from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.errors import IndexMismatchError, IndexUnavailableError
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.kernels import active_path
from wirematch.settings import Settings


@pytest.mark.parametrize(
    ("path", "more"), [("/livez", {}), ("/readyz", {"kernels": active_path(), "index": "current"})]
)
def test_all_is_well(client, path, more):
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": "ok"} | more)


def test_without_redis_it_lives_and_is_not_ready(tmp_path, bridge):
    store = EmbeddedStore(tmp_path)
    store.__enter__()
    try:
        with TestClient(create_app(Settings(redis_url=store.url)), "http://localhost") as client:
            add(client, bridge["wire"])
            store.__exit__()

            assert client.get("/livez").status_code == 200
            assert client.post("/v1/compare", json={"submission": bridge["copy"], "story": bridge["wire"]}).is_success
            for response in (
                client.get("/readyz"),
                client.post(ARTICLES, json=bridge["copy"]),
                client.put(f"{ARTICLES}/a", json={"body": "Four died."}),
                client.get(f"{ARTICLES}/a"),
                client.delete(f"{ARTICLES}/a"),
                client.get(f"{ARTICLES}/a/pickups"),
                client.post("/v1/check", json=bridge["copy"]),
            ):
                assert_problem(response, 503, "index-unavailable")
                assert response.headers["retry-after"] == "1"

            store.__enter__()
            assert client.get("/readyz").status_code == 200
            assert client.get(f"{ARTICLES}/{bridge['wire']['id']}").status_code == 200
    finally:
        store.__exit__()


def test_an_index_of_other_parameters_makes_it_unready(client, store, index_name):
    store.hset(f"{{{index_name}}}:record", "permutations", "64")

    document = assert_problem(client.get("/readyz"), 503, "index-mismatch")
    assert "permutations is 64, not 128" in document["detail"]


def test_it_does_not_start_on_an_index_of_other_parameters(store, settings):
    store.hset(f"{{{settings.index}}}:record", "permutations", "64")

    with pytest.raises(IndexMismatchError, match="permutations"), TestClient(create_app(settings)):
        pass


def test_starting_says_which_kernels_run(settings, caplog):
    with caplog.at_level(logging.INFO, "uvicorn.error"), TestClient(create_app(settings)):
        assert f"Kernels: {active_path()}" in caplog.text


def test_it_does_not_start_without_redis(tmp_path):
    settings = Settings(redis_url=f"unix://{tmp_path}/nobody.sock")

    with pytest.raises(IndexUnavailableError, match="Redis"), TestClient(create_app(settings)):
        pass


def test_a_lost_script_cache_does_not_matter(client, store, bridge):
    add(client, bridge["wire"])
    store.script_flush()

    assert check(client, bridge["copy"])["decision"] == "duplicate"


def test_a_process_that_is_to_end_says_so_and_answers(client, bridge):
    client.app_state["draining"].begun = True

    document = assert_problem(client.get("/readyz"), 503, "shutting-down")
    assert "to another process" in document["detail"]
    assert client.get("/livez").status_code == 200
    answer = client.post("/v1/check", json=bridge["copy"])
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")


def test_an_index_that_is_being_rebuilt_is_ready_and_says_so(client, store, index_name):
    store.hset(f"{{{index_name}}}:record", "building", "2:1")

    assert client.get("/readyz").json()["index"] == "rebuilding"


@pytest.mark.anyio
async def test_why_it_does_not_start_is_one_line(tmp_path, capfd):
    app = create_app(Settings(redis_url=f"unix://{tmp_path}/nobody.sock"))
    starting = LifespanOn(uvicorn.Config(app))
    await starting.startup()
    said = capfd.readouterr().err

    assert starting.should_exit
    assert "The service cannot start: Redis" in said
    assert "Traceback" not in said
