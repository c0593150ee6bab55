"""A Redis user with exactly the rights in docs/deployment.md can do all that the service does."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from support.expiry import let_pass
from support.sentinel import Server
from support.waiting import PATIENCE_SECONDS, wait_for
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.access.key import Rates, Scope
from wirematch.access.keyring import Keyring
from wirematch.app import create_app
from wirematch.composition.components import open_components
from wirematch.composition.from_settings import make_store, namespace_of
from wirematch.composition.rebuilding import rebuild
from wirematch.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
RULES = re.findall(r"^ACL SETUSER wirematch on >PASSWORD (.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0].split()
FOR_CLUSTER = re.findall(r"and Redis Cluster `(.*?)`", PAGE)[0].split()
NAMED = {"allowed_hosts": frozenset({"testserver"})}
PASSWORD = "not-the-one-of-the-page"
KILL = (ROOT / "tests/documents/ninjs-3-kill.json").read_bytes()


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    server = Server(tmp_path / "valkey", 'save ""')
    try:
        wait_for(server.answers, "an answer")
        server.client.execute_command("ACL SETUSER", "wirematch", "on", f">{PASSWORD}", *RULES)
        yield server
    finally:
        server.kill()


def settings_for(server: Server, **others) -> Settings:
    return Settings(
        redis_url=f"valkey://wirematch:{PASSWORD}@127.0.0.1:{server.port}/0",
        redis_timeout=PATIENCE_SECONDS,
        **NAMED,
        **others,
    )


def refusals(client: redis.Redis) -> list[tuple[Any, Any]]:
    return [(entry["reason"], entry["object"]) for entry in client.acl_log()]


def use_everything(client: TestClient, story: dict) -> None:
    """Read, write and remove in every way there is."""

    def ask(method: str, path: str, *expected: int, **request) -> None:
        answer = client.request(method, path, **request)
        assert answer.status_code in (expected or (200,)), (method, path, answer.text)

    ask("GET", "/readyz")
    ask("POST", "/v1/articles", 201, json=story["wire"] | {"id": "w"}, headers={"idempotency-key": "once"})
    ask("POST", "/v1/articles", 201, json=story["wire"] | {"id": "w"}, headers={"idempotency-key": "once"})
    ask("POST", "/v1/articles", 201, json=story["rewrite"] | {"id": "r"})
    ask("POST", "/v1/articles", 201, json=story["copy"] | {"id": "c"})
    ask("PUT", "/v1/articles/w", json=story["wire"] | {"id": "w", "headline": "Corrected"})
    lines = b"".join(json.dumps(story["excerpt"] | {"id": f"e{number}"}).encode() + b"\n" for number in range(3))
    ask("POST", "/v1/articles/bulk", content=lines, headers={"content-type": "application/x-ndjson"})
    ask("GET", "/v1/articles/w")
    ask("GET", "/v1/articles/w/pickups")
    ask("GET", "/v1/articles/r/cluster")
    ask("GET", "/v1/articles?source=Norwind&limit=2")
    ask("POST", "/v1/check", json={"body": story["rewrite"]["body"]})
    ask("POST", "/v1/articles", 200, 404, content=KILL, headers={"content-type": "application/ninjs+json"})
    ask("POST", "/", 303, data={"text": story["rewrite"]["body"]}, follow_redirects=False)
    for page in ("/articles", "/desk", "/desk/latest", "/articles/w", "/articles/r/against/w", "/articles/r/sources"):
        ask("GET", page)
    ask("POST", "/articles/r/against/w", 303, data={"verdict": "wholly_derived"}, follow_redirects=False)
    ask("GET", "/review")
    ask("POST", "/articles/r/against/w", 303, data={}, follow_redirects=False)
    ask("DELETE", "/v1/articles/c", 204)


def test_the_rights_of_the_page_are_enough(server, bridge):
    receiver = WebhookReceiver()
    receiver.open()
    watching = {"webhook_url": receiver.url, "webhook_secret": SECRET, "webhook_private": True}
    settings = settings_for(server, retention=timedelta(days=1), **watching)
    try:
        with TestClient(create_app(settings)) as client:
            client.headers["origin"] = "http://testserver"
            use_everything(client, bridge)
            wait_for(lambda: receiver.taken, "a message")
        asyncio.run(use_commands(settings, server))
    finally:
        receiver.close()

    assert refusals(server.client) == []


def test_they_are_with_two_more_in_a_cluster(valkey_cluster, bridge, index_name):
    rules = [rule.replace("main", index_name) for rule in RULES]
    for node in valkey_cluster.nodes:
        node.client.acl_log_reset()
        node.client.execute_command("ACL SETUSER", "wirematch", "on", f">{PASSWORD}", *rules, *FOR_CLUSTER)
    url = valkey_cluster.url.replace("://", f"://wirematch:{PASSWORD}@")
    settings = Settings(redis_url=url, redis_timeout=PATIENCE_SECONDS, index=index_name, shards=6, **NAMED)
    try:
        with TestClient(create_app(settings)) as client:
            client.headers["origin"] = "http://testserver"
            use_everything(client, bridge)

        assert [refusals(node.client) for node in valkey_cluster.nodes] == [[]] * len(valkey_cluster.nodes)
    finally:
        for node in valkey_cluster.nodes:
            node.client.acl_deluser("wirematch")


async def use_commands(settings: Settings, server: Server) -> None:
    """What HTTP does not reach: retention, keys, limits and rebuilding."""
    await rebuild(settings.redis_url or "", settings, 2, lambda *_: None)
    rebuilt = settings.model_copy(update={"shards": 2})
    async with open_components(settings.redis_url or "", rebuilt) as components:
        assert let_pass(10**9, server.client, settings.index)
        await components.detector.sweep(100)
    store = make_store(settings.redis_url or "", settings)
    try:
        ring = Keyring(store, namespace_of(settings))
        made = await ring.create("desk", [Scope.CHECK], expires_at=None, rates=Rates(requests=100, bytes=100_000))
        await ring.rotate("desk", timedelta(hours=1))
    finally:
        await store.close()
    with TestClient(create_app(rebuilt)) as client:
        with_key = {"authorization": f"Bearer {made.token}"}
        signed_in = client.post("/v1/session", headers=with_key)
        assert signed_in.status_code == 201, signed_in.text
        assert client.post("/v1/check", json={"body": "Rain fell."}, headers=with_key).status_code == 200
        out = client.delete(
            "/v1/session", headers={"x-csrf-token": signed_in.json()["csrf_token"], "origin": "http://testserver"}
        )
        assert out.status_code == 204, out.text


def test_what_the_page_does_not_give_is_refused(server):
    with redis.Redis(port=server.port, username="wirematch", password=PASSWORD) as client:
        for command in (
            ("GET", "another"),
            ("GET", "{mainly}:ids"),
            ("KEYS", "*"),
            ("FLUSHALL",),
            ("CONFIG", "GET", "dir"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command)


def test_every_command_of_a_script_is_on_the_page_and_no_other_is():
    everywhere = (ROOT / "service/wirematch").rglob("*.lua")
    scripts = [path for path in everywhere if "pipelines" not in path.parts]  # a consumer is a user of its own
    called = {name.lower() for path in scripts for name in re.findall(r"call\(\s*'(\w+)'", path.read_text())}
    sent = {
        "hello",
        "info",
        "auth",
        "ping",
        "select",
        "client|setname",
        "client|setinfo",
        "eval",
        "evalsha",
        "script|load",
        "multi",
        "exec",
        "wait",
        "waitaof",
    }
    counting = {"incrby", "pttl", "rename"}  # used by the scripts of the limits library

    assert called <= {rule[1:] for rule in RULES if rule.startswith("+")}
    assert {rule[1:] for rule in RULES if rule.startswith("+")} - called - sent <= counting
