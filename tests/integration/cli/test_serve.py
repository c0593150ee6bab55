"""The real command keeps what it has acknowledged, however it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
import redis

from support.holding_relay import relay_to
from support.live_service import LiveService, client_of, run_serve, valkey_process
from support.ports import free_port
from support.problem_documents import assert_problem
from support.sentinel import Server
from support.waiting import PATIENCE_SECONDS, eventually, wait_for
from wirematch.commands.serve import open_index
from wirematch.index.connections.scripts import PUT
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings

ARTICLES = "/v1/articles"


def bodies(service: LiveService, *articles: dict) -> list[str]:
    return [service.get(f"{ARTICLES}/{article['id']}").json().get("body") for article in articles]


def check(service: LiveService, article: dict) -> dict:
    return service.post("/v1/check", {"body": article["body"]}).json()


def test_a_restart_keeps_every_article(serve, bridge):
    kept = [bridge["wire"], bridge["excerpt"]]
    first = serve()
    first.store(*kept)

    assert first.end(signal.SIGTERM) == 0
    assert valkey_process(first.data_dir) is None
    second = serve()
    assert bodies(second, *kept) == [article["body"] for article in kept]
    assert check(second, bridge["copy"])["original_id"] == bridge["wire"]["id"]


def test_a_killed_service_loses_nothing_that_was_answered(serve, bridge):
    kept = [bridge["wire"] | {"id": f"a{number}"} for number in range(20)]
    first = serve()
    valkey = valkey_process(first.data_dir)
    first.store(*kept)

    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert valkey_process(first.data_dir) == valkey  # it holds the data and waits for the next process
    second = serve()
    assert bodies(second, *kept) == [article["body"] for article in kept]
    assert check(second, bridge["copy"])["index"]["articles"] == len(kept)
    assert second.end(signal.SIGTERM) == 0
    assert valkey_process(first.data_dir) is None


def test_ctrl_c_ends_it_in_good_order(serve, bridge):
    service = serve()
    service.store(bridge["wire"])

    assert service.end(signal.SIGINT) == 0
    assert valkey_process(service.data_dir) is None
    with EmbeddedStore(service.data_dir) as reopened, client_of(reopened.url) as client:
        [ids] = client.keys("{main:*}:ids")
        assert client.hkeys(ids) == [bridge["wire"]["id"].encode()]


@pytest.mark.parametrize("repeated", ["PUT", "POST with a key"])
def test_what_is_stored_for_longer_than_the_end_may_take_is_answered(serve, redis_url, index_name, bridge, repeated):
    def send(service: LiveService) -> httpx2.Response:
        article = {"body": bridge["wire"]["body"]}
        if repeated == "PUT":
            return httpx2.put(f"{service.url}{ARTICLES}/a1", json=article, timeout=PATIENCE_SECONDS)
        return service.post(ARTICLES, article, **{"Idempotency-Key": "a1"})

    with relay_to(redis_url) as (relay, through), ThreadPoolExecutor(1) as threads:
        first = serve(environment={"WIREMATCH_REDIS_URL": through, "WIREMATCH_INDEX": index_name})
        relay.hold(PUT, 1)
        answer = threads.submit(send, first)
        wait_for(lambda: relay.enough, "storing")
        first.process.send_signal(signal.SIGTERM)
        problem = assert_problem(answer.result(PATIENCE_SECONDS), 503, "outcome-unknown")
        assert first.process.wait(PATIENCE_SECONDS) == 0
    assert "retry-after" not in answer.result().headers
    assert "same id or Idempotency-Key" in problem["detail"]
    assert "Traceback" not in first.log.read_text()
    second = serve(environment={"WIREMATCH_REDIS_URL": redis_url, "WIREMATCH_INDEX": index_name})
    assert (send(second).status_code, send(second).is_success) == (201, True)
    assert len(second.get(ARTICLES).json()["articles"]) == 1


def test_two_workers_share_one_index(serve, bridge):
    service = serve("--workers", "2")
    service.store(*(bridge["wire"] | {"id": f"a{number}"} for number in range(8)))

    assert {check(service, bridge["copy"])["index"]["articles"] for _ in range(8)} == {8}
    assert service.end(signal.SIGTERM) == 0
    assert valkey_process(service.data_dir) is None


@pytest.mark.parametrize("urgent", [signal.SIGTERM, signal.SIGINT])
def test_workers_end_without_draining_if_told_again(serve, urgent):
    service = serve("--workers", "2", environment={"WIREMATCH_DRAIN_SECONDS": "300"})
    service.process.send_signal(signal.SIGTERM)
    wait_for(lambda: service.get("/readyz").status_code == 503, "draining")

    assert service.end(urgent) == 0


def test_workers_do_not_drain_upon_ctrl_c(serve):
    assert serve("--workers", "2", environment={"WIREMATCH_DRAIN_SECONDS": "300"}).end(signal.SIGINT) == 0


def test_a_valkey_that_died_is_started_again(serve, bridge):
    service = serve("--workers", "2")
    service.store(bridge["wire"])
    before = valkey_process(service.data_dir)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: valkey_process(service.data_dir) not in (None, before), "another Valkey")
    wait_for(lambda: bodies(service, bridge["wire"]) == [bridge["wire"]["body"]], "the article, from either worker")
    assert "The embedded Valkey has ended; it is started again" in service.log.read_text()
    assert service.end(signal.SIGTERM) == 0
    assert valkey_process(service.data_dir) is None


def test_workers_end_with_the_process_that_started_them(serve, bridge):
    service = serve("--workers", "2")
    service.store(bridge["wire"])
    service.process.kill()
    service.process.wait()

    def answers() -> bool:
        try:
            service.get("/livez")
        except httpx2.TransportError:
            return False
        return True

    wait_for(lambda: not answers(), "the end of the workers")
    again = serve()
    assert bodies(again, bridge["wire"]) == [bridge["wire"]["body"]]


@pytest.fixture
def occupied_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_without_the_redis_that_was_named_it_says_so_and_ends(tmp_path):
    ended = run_serve("--port", "0", "--redis-url", f"unix://{tmp_path}/nobody.sock")

    assert ended.returncode == 2
    assert ended.stderr.startswith("wirematch: There is no socket at the path in the URL. Is Redis running")
    assert len(ended.stderr.splitlines()) == 1


def test_a_redis_that_refuses_the_password_is_said_to_refuse_it(redis_url):
    ended = run_serve("--port", "0", "--redis-url", redis_url.replace("://", "://nobody:wrong@", 1))

    assert ended.returncode == 2
    assert ended.stderr.startswith("wirematch: Redis refuses the user or the password in the URL.")
    assert "Is it running" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_without_its_sentinels_it_names_their_addresses():
    port = free_port()
    ended = run_serve("--port", "0", "--redis-url", f"redis+sentinel://127.0.0.1:{port}/desk")

    assert ended.returncode == 2
    assert f"(No Sentinel of 127.0.0.1:{port} answers and knows 'desk'.)" in ended.stderr
    assert "redis.asyncio" not in ended.stderr


def test_a_port_that_is_taken_ends_it_and_its_valkey(tmp_path, occupied_port):
    ended = run_serve("--port", str(occupied_port), "--data-dir", str(tmp_path))

    assert ended.returncode == 2
    assert ended.stderr.startswith(
        f"wirematch: The service cannot listen on port {occupied_port} of 127.0.0.1: Address already"
    )
    assert len(ended.stderr.splitlines()) == 1
    assert valkey_process(tmp_path) is None


@pytest.mark.anyio
async def test_a_redis_that_loads_is_waited_for(tmp_path, capsys):
    first = Server(tmp_path / "first", 'save ""')
    wait_for(first.answers, "an answer")
    first.client.mset({f"key{number}": "value" * 20 for number in range(3_000)})
    first.client.save()
    first.kill()
    slow = ("key-load-delay 5000", "loading-process-events-interval-bytes 1024")
    second = Server(tmp_path / "second", 'save ""', *slow, f"dir {tmp_path / 'first'}")
    try:
        wait_for(lambda: _is_loading(second), "loading")
        settings = Settings(redis_timeout=PATIENCE_SECONDS)
        opening = asyncio.create_task(open_index("127.0.0.1", f"redis://127.0.0.1:{second.port}/0", settings))

        async def is_waiting() -> bool:
            assert not opening.done()
            return "Redis is loading its data" in capsys.readouterr().err

        await eventually(is_waiting, bool)
        second.client.config_set("key-load-delay", 0)
        await opening
    finally:
        second.kill()


def _is_loading(server: Server) -> bool:
    try:
        server.client.ping()
    except redis.BusyLoadingError:
        return True
    except redis.ConnectionError:  # it does not listen yet
        return False
    pytest.fail("it had loaded before anybody looked")
