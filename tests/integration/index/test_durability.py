"""What durability "on disk" means, and that it is applied where a request or the service asks for it."""

from __future__ import annotations

import pytest
import redis
from fastapi.testclient import TestClient

from support.problem_documents import assert_problem
from wirematch.app import create_app
from wirematch.index.connections.durability import Durability

ARTICLES = "/v1/articles"


def flushes(store: redis.Redis) -> int:
    """Return how often the server was asked to wait for its disk."""
    found = store.info("commandstats").get("cmdstat_waitaof", {"calls": 0})
    return int(found["calls"])


@pytest.mark.parametrize("method", ["post", "put", "delete", "bulk"])
def test_a_request_that_wants_it_is_answered_when_it_is_on_disk(client, store, bridge, method):
    article = bridge["wire"] | {"id": "a"}
    if method == "delete":
        client.post(ARTICLES, json=article)
    before = flushes(store)
    answer = {
        "post": lambda: client.post(f"{ARTICLES}?durability=fsync", json=article),
        "put": lambda: client.put(f"{ARTICLES}/a?durability=fsync", json=article),
        "delete": lambda: client.delete(f"{ARTICLES}/a?durability=fsync"),
        "bulk": lambda: client.post(
            f"{ARTICLES}/bulk?durability=fsync",
            content=b'{"id": "a", "body": "A line of a stream."}\n',
            headers={"Content-Type": "application/x-ndjson"},
        ),
    }[method]()

    assert answer.is_success
    assert flushes(store) > before
    assert store.info("persistence")["aof_pending_bio_fsync"] == 0


def test_nothing_of_a_deletion_is_written_that_is_not_waited_for(client, store, bridge):
    """Its earlier versions are its text, too: they must not come back when the machine fails."""
    for kind in ("wire", "rewrite"):
        client.put(f"{ARTICLES}/a", json=bridge[kind] | {"id": "a"})
    with store.monitor() as monitor:
        assert client.delete(f"{ARTICLES}/a?durability=fsync").status_code == 204
        store.echo("done")
        commands = []
        while not commands or commands[-1][0] != "ECHO":
            told = monitor.next_command()
            if told["client_type"] != "lua":
                commands.append(told["command"].split())

    assert {parts[0] for parts in commands} & {"DEL", "UNLINK", "SET", "HSET", "HDEL", "ZADD"} == set()
    assert "WAITAOF" in {parts[0] for parts in commands}


def test_others_do_not_wait_for_the_disk(client, store, bridge):
    before = flushes(store)

    client.post(ARTICLES, json=bridge["wire"])
    client.post(f"{ARTICLES}?durability=written", json=bridge["copy"])

    assert flushes(store) == before


def test_a_service_may_want_it_of_every_write_and_a_request_may_not(settings, store, bridge):
    safe = settings.model_copy(update={"durability": Durability.FSYNC})
    with TestClient(create_app(safe)) as client:
        before = flushes(store)
        client.post(ARTICLES, json=bridge["wire"])
        after_first = flushes(store)
        client.post(f"{ARTICLES}?durability=written", json=bridge["independent"])

    assert after_first > before
    assert flushes(store) == after_first


def test_a_server_without_a_file_cannot_promise_it(client, store, bridge):
    store.config_set("appendonly", "no")
    try:
        answer = client.post(f"{ARTICLES}?durability=fsync", json=bridge["wire"])
    finally:
        store.config_set("appendonly", "yes")

    assert_problem(answer, 503, "not-flushed")


def test_what_is_no_durability_is_refused(client, bridge):
    assert_problem(client.post(f"{ARTICLES}?durability=hope", json=bridge["wire"]), 422, "invalid-request")


@pytest.mark.slow
def test_an_embedded_server_flushes_what_came_at_once_together(serve, tmp_path):
    service = serve(environment={"WIREMATCH_DURABILITY": "fsync"})

    with redis.Redis.from_url(f"unix://{tmp_path / 'data' / 'valkey.sock'}") as server:
        assert server.config_get("appendfsync") == {"appendfsync": "always"}
    assert service.get("/readyz").status_code == 200
