"""Tenants: nobody sees, counts or meets what another one stored, whatever both do."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from support.made_up import reworded, told, words
from support.problem_documents import assert_problem
from support.tenant_keys import Command, Holder, key
from support.waiting import wait_for
from support.webhook_receiver import SECRET, WebhookReceiver
from wirematch.app import create_app
from wirematch.composition.from_settings import make_index, make_store, scheme_of
from wirematch.composition.rebuilding import rebuild
from wirematch.errors import TenantGoneError
from wirematch.index.fingerprint_record import FAR_FUTURE_MS
from wirematch.index.keys import Namespace
from wirematch.index.rebuilding import rebuild as rebuilding
from wirematch.index.rebuilding.rebuild import Rebuild
from wirematch.models import Article
from wirematch.settings import Settings

ARTICLES = "/v1/articles"
NDJSON = {"content-type": "application/x-ndjson"}
TENANTS = ("acme", "zeta")
STEPS = 160
VOLATILE = {"took_ms", "stored_at", "request_id", "instance"}
"""Fields that differ between two services that did the same."""


@pytest.fixture
def tokens(command: Command) -> dict[str, str]:
    """A key of each tenant, and one without a tenant."""
    return {tenant: key(command, f"{tenant}-desk", tenant) for tenant in TENANTS} | {
        "house": key(command, "house", None, "admin")
    }


@pytest.fixture
def shared(lone_settings: Settings, tokens: dict[str, str]) -> Iterator[TestClient]:
    """A service whose keys belong to tenants."""
    with TestClient(create_app(lone_settings), "http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def alone(redis_url: str) -> Iterator[Callable[[], TestClient]]:
    """Makes services that each have an index to themselves."""
    begun: list[TestClient] = []
    names: list[str] = []

    def begin() -> TestClient:
        names.append(f"test-{uuid.uuid4().hex}")
        settings = Settings(redis_url=redis_url, index=names[-1])
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


def test_nothing_is_stored_for_a_tenant_that_there_is_not(command, lone_settings, tmp_path, monkeypatch):
    """A misspelt name would store articles that no key ever opens."""
    monkeypatch.setenv("WIREMATCH_TENANT", "acmee")
    story = tmp_path / "story.txt"
    story.write_text("A gravel barge broke loose in the storm near Ferrow.", encoding="utf-8")
    for arguments in (["add", story], ["check", story], ["export"], ["digest"]):
        refused = command(*arguments)
        assert refused.status == 2
        assert "no tenant 'acmee'; 'wirematch tenants list' shows them" in refused.err
    server = redis.Redis.from_url(lone_settings.redis_url or "")
    assert not server.keys(f"{{{lone_settings.index}~acmee*")

    assert command("tenants", "create", "acmee").status == 0
    assert command("add", story).status == 0


def test_commands_list_export_and_delete_a_tenant(shared, tokens, command, lone_settings):
    acme, zeta = (Holder(shared, tokens[tenant]) for tenant in TENANTS)
    for one in (acme, zeta):
        one.post(ARTICLES, json={"id": "x", "body": "A gravel barge broke loose in the storm near Ferrow."})

    listed = {row["name"]: row["articles"] for row in json.loads(command("tenants", "list", "--json").out)}
    assert listed == {"acme": 1, "zeta": 1}
    assert json.loads(command("tenants", "export", "acme").out)["id"] == "x"
    assert "no tenant 'nobody'" in command("tenants", "export", "nobody").err

    assert "no tenant 'nobody'" in command("tenants", "delete", "nobody").err  # before it asks for confirmation
    deleted = command("tenants", "delete", "acme", "--yes")
    assert deleted.status == 0
    assert "What it stored is removed when services have noticed, in about" in deleted.err

    server = redis.Redis.from_url(lone_settings.redis_url or "")
    assert not server.keys(f"{{{lone_settings.index}~acme*")
    assert acme.get(f"{ARTICLES}/x").status_code == 401
    assert zeta.get(f"{ARTICLES}/x").status_code == 200
    again = command("keys", "create", "--name", "late", "--scopes", "check", "--tenant", "acme")
    assert again.status == 2
    assert "was deleted" in again.err
    rows = json.loads(command("tenants", "list", "--json").out)
    assert [row["name"] for row in rows if row["deleted_at"]] == ["acme"]


def test_who_still_works_for_a_deleted_tenant_makes_nothing_for_it_again(shared, tokens, command, lone_settings):
    """Whatever holds its index open: a request in work, a sweep, a command."""
    acme = Holder(shared, tokens["acme"])
    acme.post(ARTICLES, json={"id": "x", "body": "A gravel barge broke loose in the storm near Ferrow."})

    story = {"id": "y", "kind": "article", "body": "A gravel barge."}

    async def store_afterwards() -> None:
        namespace = Namespace(lone_settings.index, "acme")
        store = make_store(lone_settings.redis_url or "", lone_settings)
        scheme = await scheme_of(store, namespace, lone_settings)
        index = make_index(store, namespace, lone_settings, scheme)
        await index.open()
        await asyncio.to_thread(command, "tenants", "delete", "acme", "--yes")
        with pytest.raises(TenantGoneError):
            await index.create(Article.model_validate(story), None)
        await store.close()

    asyncio.run(store_afterwards())

    assert not redis.Redis.from_url(lone_settings.redis_url or "").keys(f"{{{lone_settings.index}~acme*")


@pytest.mark.parametrize("when", ["before its turn", "while it is copied", "at the switch"])
def test_a_tenant_that_is_deleted_during_a_rebuild_keeps_no_other_from_it(
    shared, tokens, command, lone_settings, when, monkeypatch
):
    monkeypatch.setattr(rebuilding, "GRACE_SECONDS", 0.0)
    for tenant, token in tokens.items():
        Holder(shared, token).post(ARTICLES, json={"id": tenant, "body": "A gravel barge broke loose near Ferrow."})
    switch, told = Rebuild._switch, list[str]()  # noqa: SLF001 - a tenant is deleted at this moment

    def delete() -> None:
        if not told:
            told.append(command("tenants", "delete", "zeta", "--yes").out)

    async def delete_and_switch(*given: Any) -> None:
        if when == "at the switch" and given[0]._namespace.tenant == "zeta":  # noqa: SLF001 - see above
            await asyncio.to_thread(delete)
        await switch(*given)

    def progress(done: int, of_all: int) -> None:
        place = len(seen)
        seen.append((done, of_all))
        if when == ("before its turn" if place == 0 else "while it is copied"):
            thread = threading.Thread(target=delete)
            thread.start()
            thread.join()

    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(Rebuild, "_switch", delete_and_switch)
    rebuilt = asyncio.run(rebuild(lone_settings.redis_url or "", lone_settings, None, progress))

    assert told
    assert {tenant: live.number for tenant, live in rebuilt.items()} == {"acme": 2, None: 2}
    assert not redis.Redis.from_url(lone_settings.redis_url or "").keys(f"{{{lone_settings.index}~zeta*")


def test_a_tenant_whose_index_does_not_fit_keeps_no_other_from_being_swept(shared, tokens, lone_settings):
    server = redis.Redis.from_url(lone_settings.redis_url or "")
    for tenant in TENANTS:
        story = {"body": "Gone soon.", "expires_at": "2099-01-01T00:00:00Z"}
        Holder(shared, tokens[tenant]).put(f"{ARTICLES}/short", json=story)
    acme = Namespace(lone_settings.index, "acme")  # as if a later release had taken it over
    server.hset(acme.fingerprint_record, "version", "99")
    server.hset(acme.shard(1, 0, 1).declared[0], mapping={"phase": "moved", "till": FAR_FUTURE_MS})
    assert_problem(Holder(shared, tokens["acme"]).get(f"{ARTICLES}/short"), 503, "index-mismatch")
    [expiries] = server.keys(f"{{{lone_settings.index}~zeta:*}}:expiries")
    [(number, _)] = server.zrange(expiries, 0, -1, withscores=True)
    record = expiries.removesuffix(b"expiries") + b"d" + number
    server.setrange(record, 12, (1).to_bytes(8, "little"))
    server.zadd(expiries, {number: 1})

    wait_for(lambda: not server.exists(record), "a sweep")


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


def test_listing_tenants_makes_no_index(command, lone_settings):
    assert command("tenants", "create", "quiet").status == 0

    [row] = json.loads(command("tenants", "list", "--json").out)

    assert (row["name"], row["articles"]) == ("quiet", 0)
    assert not redis.Redis.from_url(lone_settings.redis_url or "").keys(f"{{{lone_settings.index}~quiet*")
