"""Tenants that are deleted or cannot be used: nothing of them is left, and no other one is affected."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest
import redis

from support.problem_documents import assert_problem
from support.tenant_keys import TENANTS, Holder
from support.waiting import wait_for
from wirematch.composition.from_settings import make_index, make_store, scheme_of
from wirematch.composition.rebuilding import rebuild
from wirematch.errors import TenantGoneError
from wirematch.index.fingerprint_record import FAR_FUTURE_MS
from wirematch.index.keys import Namespace
from wirematch.index.rebuilding import rebuild as rebuilding
from wirematch.index.rebuilding.rebuild import Rebuild
from wirematch.models import Article

ARTICLES = "/v1/articles"
"""Fields that differ between two services that did the same."""


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


def test_listing_tenants_makes_no_index(command, lone_settings):
    assert command("tenants", "create", "quiet").status == 0

    [row] = json.loads(command("tenants", "list", "--json").out)

    assert (row["name"], row["articles"]) == ("quiet", 0)
    assert not redis.Redis.from_url(lone_settings.redis_url or "").keys(f"{{{lone_settings.index}~quiet*")
