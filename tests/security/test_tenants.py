"""Tenants: nobody sees, counts or meets what another one stored, whatever both do."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from support.made_up import reworded, told, words
from support.problem_documents import assert_problem
from support.tenant_keys import TENANTS, Command, Holder, key
from support.waiting import PATIENT, wait_for
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.app import create_app
from wirematch.index.keys import Namespace
from wirematch.settings import Settings

ARTICLES = "/v1/articles"
NDJSON = {"content-type": "application/x-ndjson"}
STEPS = 160
VOLATILE = {"took_ms", "stored_at", "request_id", "instance"}
"""Fields that differ between two services that did the same."""


@pytest.fixture
def alone(redis_url: str) -> Iterator[Callable[[], TestClient]]:
    """Makes services that each have an index to themselves."""
    begun: list[TestClient] = []
    names: list[str] = []

    def begin() -> TestClient:
        names.append(f"test-{uuid.uuid4().hex}")
        settings = Settings(redis_url=redis_url, index=names[-1], **PATIENT)
        client = TestClient(create_app(settings), "http://127.0.0.1:8000")
        client.__enter__()
        begun.append(client)
        return client

    yield begin
    for client in begun:
        client.__exit__(None, None, None)
    server = redis.Redis.from_url(redis_url)
    for name in names:
        for pattern in Namespace(name).patterns:
            for found in server.scan_iter(pattern, 10_000):
                server.unlink(found)


def plain(answer: Any) -> Any:
    """Return a response without the fields in VOLATILE."""
    if isinstance(answer, dict):
        return {name: plain(value) for name, value in answer.items() if name not in VOLATILE}
    return list(map(plain, answer)) if isinstance(answer, list) else answer


def read(response: Any) -> tuple[int, Any]:
    if response.headers.get("content-type", "").startswith("application/x-ndjson"):
        body: Any = [plain(json.loads(line)) for line in response.text.splitlines()]
    else:
        body = plain(response.json()) if response.content else None
    return response.status_code, body


class Walk:
    """Calls that two tenants might make, drawn from few ids and few texts, so that they collide."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        stems = [words(self._draw, 220) for _ in range(3)]
        self._texts = [told(reworded(self._draw, stem, kept)) for stem in stems for kept in (1.0, 0.9, 0.7)]

    def step(self) -> Callable[[TestClient], Any]:
        name, text = f"s{self._draw.randrange(6)}", self._draw.choice(self._texts)
        kind = self._draw.choice(["wire", "article"])
        story = {"body": text, "kind": kind, "source": self._draw.choice(["Norwind", "The Heron"])}
        retry = f"k{self._draw.randrange(4)}"
        kept = self._draw.choice(["true", "false"])
        calls: list[Callable[[TestClient], Any]] = [
            lambda at: at.post(ARTICLES, json=story | {"id": name}),
            lambda at: at.post(ARTICLES, json=story | {"id": name}, headers={"Idempotency-Key": retry}),
            lambda at: at.put(f"{ARTICLES}/{name}", json=story),
            lambda at: at.post(
                f"{ARTICLES}/bulk",
                params={"unless_duplicate": kept},
                content="\n".join(json.dumps(story | {"id": f"{name}-{place}"}) for place in range(2)),
                headers=NDJSON,
            ),
            lambda at: at.delete(f"{ARTICLES}/{name}"),
            lambda at: at.get(f"{ARTICLES}/{name}"),
            lambda at: at.get(f"{ARTICLES}/{name}/pickups"),
            lambda at: at.get(f"{ARTICLES}/{name}/cluster"),
            lambda at: at.get(ARTICLES, params={"limit": 3}),
            lambda at: at.post("/v1/check", json={"body": text}),
        ]
        return self._draw.choice(calls)


@pytest.mark.parametrize("seed", [1, 2])
def test_two_tenants_are_answered_as_by_two_services(seed, shared, tokens, alone):
    together = {tenant: Holder(shared, tokens[tenant]) for tenant in TENANTS}
    apart = {tenant: alone() for tenant in TENANTS}
    walk, draw = Walk(seed), random.Random(seed)
    stored = 0

    for number in range(STEPS):
        tenant, call = draw.choice(TENANTS), walk.step()
        expected = read(call(apart[tenant]))
        assert read(call(together[tenant])) == expected, number
        stored += expected[0] == 201
    assert stored > STEPS // 10


def test_a_key_without_a_tenant_sees_none_of_theirs_and_they_none_of_its(shared, tokens):
    own = Holder(shared, tokens["house"])
    acme = Holder(shared, tokens["acme"])
    assert own.post(ARTICLES, json={"id": "x", "body": "The bridge at Ostrava fell."}).status_code == 201

    assert acme.get(f"{ARTICLES}/x").status_code == 404
    assert acme.post(ARTICLES, json={"id": "x", "body": "Wheat is dear."}).status_code == 201
    assert own.get(f"{ARTICLES}/x").json()["body"] == "The bridge at Ostrava fell."


def test_metrics_are_of_all_and_told_to_no_tenant(shared, tokens, command):
    of_tenant = Holder(shared, key(command, "acme-admin", "acme", "admin"))
    Holder(shared, tokens["zeta"]).post(ARTICLES, json={"id": "z", "body": "The harbour board will close the quay."})

    wait_for(lambda: of_tenant.get(ARTICLES).status_code == 200, "the key")
    refused = of_tenant.get("/metrics")
    assert_problem(refused, 403, "scope-missing")
    assert "wirematch_" not in refused.text
    assert Holder(shared, tokens["house"]).get("/metrics").status_code == 200


def test_pages_show_the_tenant_of_who_signed_in(shared, tokens):
    stored = Holder(shared, tokens["acme"])
    stored.post(ARTICLES, json={"id": "acme-only", "body": "A barge broke loose.", "headline": "Barge adrift"})
    for tenant, seen in (("acme", True), ("zeta", False)):
        page = Holder(shared, tokens[tenant]).get("/articles")
        assert page.status_code == 200
        assert ("Barge adrift" in page.text) is seen


def test_what_has_expired_is_swept_for_tenants_too(shared, tokens, lone_settings):
    acme = Holder(shared, tokens["acme"])
    acme.put(f"{ARTICLES}/short", json={"body": "Gone soon.", "expires_at": "2099-01-01T00:00:00Z"})
    server = redis.Redis.from_url(lone_settings.redis_url or "")
    [expiries] = server.keys(f"{{{lone_settings.index}~acme:*}}:expiries")
    [(number, _)] = server.zrange(expiries, 0, -1, withscores=True)
    record = expiries.removesuffix(b"expiries") + b"d" + number
    server.setrange(record, 12, (1).to_bytes(8, "little"))
    server.zadd(expiries, {number: 1})

    wait_for(lambda: not server.exists(record), "a sweep")


@pytest.fixture
def three_articles(command: Command, tokens: dict[str, str]) -> None:
    """Limit acme to three articles; running services read the limit within seconds."""
    changed = command("tenants", "change", "acme", "--most-articles", "3")
    assert (changed.status, changed.out) == (0, "acme has now: at most 3 articles, no webhook.\n")


@pytest.mark.usefixtures("three_articles")
def test_a_quota_bounds_what_a_tenant_stores(tokens, request):
    shared = request.getfixturevalue("shared")
    acme, zeta = (Holder(shared, tokens[tenant]) for tenant in TENANTS)
    lines = "\n".join(json.dumps({"id": f"a{number}", "body": f"Story {number}."}) for number in range(5))

    answers = [
        json.loads(line) for line in acme.post(f"{ARTICLES}/bulk", content=lines, headers=NDJSON).text.splitlines()
    ]

    assert sorted(one["status"] for one in answers[:5]) == [201, 201, 201, 403, 403]
    assert_problem(acme.post(ARTICLES, json={"id": "a9", "body": "One more."}), 403, "quota-reached")
    assert_problem(acme.put(f"{ARTICLES}/a9", json={"body": "One more."}), 403, "quota-reached")
    tried_again = {"json": {"id": "a8", "body": "Tried again."}, "headers": {"Idempotency-Key": "k"}}
    assert_problem(acme.post(ARTICLES, **tried_again), 403, "quota-reached")
    assert_problem(acme.post(ARTICLES, json={"id": "a0", "body": "Again."}), 409, "article-exists")
    assert acme.put(f"{ARTICLES}/a0", json={"body": "In its own place."}).status_code == 200
    assert acme.delete(f"{ARTICLES}/a1").status_code == 204
    assert acme.post(ARTICLES, **tried_again).status_code == 201  # there is room again
    assert zeta.post(f"{ARTICLES}/bulk", content=lines, headers=NDJSON).text.count('"status":201') == 5


def test_nothing_of_a_tenant_lies_under_names_of_the_service(shared, tokens, lone_settings):
    acme = Holder(shared, tokens["acme"])
    acme.post(ARTICLES, json={"id": "x", "body": "A gravel barge."}, headers={"Idempotency-Key": "once"})
    acme.post("/", data={"text": "A gravel barge broke loose."}, headers={"Origin": "http://127.0.0.1:8000"})

    server = redis.Redis.from_url(lone_settings.redis_url or "")
    names = {found.decode() for found in server.keys(f"{{{lone_settings.index}[}}:]*")}
    of_service = {name.removeprefix(f"{{{lone_settings.index}") for name in names}
    allowed = {":access}", ":tenants}", ":probe}", "}:record"}
    assert {name for name in of_service if name not in allowed and not name.endswith(":state")} == set()


def test_a_tenants_webhook_hears_of_its_stories_only(tokens, command, tmp_path, lone_settings):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    refused = command("tenants", "change", "acme", "--webhook-url", "https://desk.example/pickups")
    assert refused.status == 2
    assert "go together" in refused.err
    story = {"body": told(words(random.Random(5), 200)), "source": "Norwind", "kind": "wire"}
    copy = story | {"source": "The Heron", "kind": "article"}
    receiver = WebhookReceiver()
    receiver.open()
    try:
        options = ["--webhook-url", receiver.url, "--webhook-secret-file", str(secret)]
        assert command("tenants", "change", "acme", *options).status == 0
        private = lone_settings.model_copy(update={"webhook_private": True})
        with TestClient(create_app(private), "http://127.0.0.1:8000") as service:
            for tenant in ("zeta", "acme"):
                client = Holder(service, tokens[tenant])
                assert client.put(f"{ARTICLES}/{tenant}-story", json=story).status_code == 201
                assert client.put(f"{ARTICLES}/{tenant}-copy", json=copy).status_code == 201
            wait_for(lambda: receiver.taken, "a message")
    finally:
        receiver.close()
    assert {one["data"]["article"]["id"] for one in receiver.taken} == {"acme-copy"}
