"""A tenant is changed in what is named, and in nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from support.tenant_keys import Command
from support.webhook_receiver import SECRET
from wirematch.index.keys import Namespace
from wirematch.settings import Settings
from wirematch.state.tenant_records import Tenant


@pytest.fixture
def full_tenant(command: Command, lone_settings: Settings, tmp_path: Path) -> Callable[[], dict[str, Any]]:
    """A tenant that has all there is to have; reads what is stored of it."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    webhook = ["--webhook-url", "https://desk.example/pickups", "--webhook-secret-file", str(secret)]
    sources = ["--webhook-source", "Norwind", "--webhook-source", "Telk"]
    assert command("tenants", "create", "full", "--most-articles", "7", *webhook, *sources).status == 0
    server = redis.Redis.from_url(lone_settings.redis_url or "")

    def read() -> dict[str, Any]:
        found = json.loads(server.hget(Namespace(lone_settings.index).tenants, "full"))
        return found | {"webhook_sources": sorted(found["webhook_sources"] or [])}

    return read


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        (["--most-articles", "9"], {"most_articles": 9}),
        (["--any-number"], {"most_articles": None}),
        (["--webhook-url", "https://other.example/in"], {"webhook_url": "https://other.example/in"}),
        (["--webhook-secret-file", "other"], {"webhook_secret": "whsec_" + 43 * "A" + "="}),
        (["--webhook-source", "Ferrow"], {"webhook_sources": ["Ferrow"]}),
        (["--all-sources"], {"webhook_sources": []}),
        (["--no-webhook"], {"webhook_url": None, "webhook_secret": None, "webhook_sources": []}),
    ],
    ids=lambda part: part[0] if isinstance(part, list) else "",
)
def test_changing_a_tenant_leaves_what_is_not_named(options, changes, full_tenant, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").write_text("whsec_" + 43 * "A" + "=")
    before = full_tenant()

    changed = command("tenants", "change", "full", *options)

    assert (changed.status, full_tenant()) == (0, before | changes)
    assert changed.out.startswith("full has now: ")


@pytest.mark.parametrize(
    "options",
    [[], ["--any-number", "--most-articles", "9"], ["--no-webhook", "--webhook-source", "Telk"]],
    ids=lambda part: " ".join(part) or "nothing",
)
def test_a_change_that_says_nothing_or_both_changes_nothing(options, full_tenant, command):
    before = full_tenant()

    refused = command("tenants", "change", "full", *options)

    assert (refused.status, full_tenant()) == (2, before)


def test_every_value_of_a_tenant_can_be_changed_by_itself():
    """A new one needs its option, and a row above."""
    changed = {"most_articles", "webhook_url", "webhook_secret", "webhook_sources"}
    assert set(Tenant.model_fields) - {"name", "created_at", "deleted_at", "damaged"} == changed
