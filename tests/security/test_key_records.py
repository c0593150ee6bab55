"""How long a key is valid, what is stored of it, and what the command says of it."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime

from fastapi.testclient import TestClient

from support.access_keys import bearer
from support.forked_command import run_command
from wirematch.access.key import KeyRecord, Scope
from wirematch.app import create_app
from wirematch.settings import Settings

ARTICLES = "/v1/articles"
STORY = {"id": "x", "body": "Four people died when the bridge fell."}


def run_keys(settings: Settings, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {"WIREMATCH_REDIS_URL": settings.redis_url or "", "WIREMATCH_INDEX": settings.index}
    ended = run_command(["keys", *options], environment)
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def test_a_key_counts_from_and_until_seconds_after_it_was_made_and_revoked(lone, key_maker, monkeypatch):
    monkeypatch.setattr("wirematch.access.gate.FRESH_SECONDS", 0.0)
    assert lone.post(ARTICLES, json=STORY).status_code == 201
    token = key_maker.make("first", Scope.CHECK)
    assert lone.get(f"{ARTICLES}/x").status_code == 401
    assert lone.get(f"{ARTICLES}/x", headers=bearer(token)).status_code == 200

    [raw] = key_maker.store.hvals(key_maker.name)
    revoked = KeyRecord.model_validate_json(raw).model_copy(update={"revoked_at": datetime.now(UTC)})
    key_maker.store.hset(key_maker.name, revoked.id, revoked.model_dump_json())
    assert lone.get(f"{ARTICLES}/x", headers=bearer(token)).status_code == 401
    assert lone.get(f"{ARTICLES}/x").status_code == 401  # never without keys again


def test_a_damaged_key_opens_nothing_and_stops_no_other(lone, key_maker, monkeypatch):
    monkeypatch.setattr("wirematch.access.gate.FRESH_SECONDS", 0.0)
    damaged = key_maker.make("first", Scope.ADMIN)
    [key_id] = key_maker.store.hkeys(key_maker.name)
    key_maker.store.hset(key_maker.name, key_id, b"{oops")
    assert lone.get(f"{ARTICLES}/x").status_code == 401  # it was the only one, and counts all the same
    assert lone.get(f"{ARTICLES}/x", headers=bearer(damaged)).status_code == 401

    token = key_maker.make("second", Scope.CHECK)
    assert lone.get(f"{ARTICLES}/x", headers=bearer(token)).status_code == 404


def test_the_command_makes_shows_changes_and_ends_keys(lone_settings, key_maker, store):
    made = run_keys(lone_settings, "create", "--name", "desk", "--scopes", "check,store", "--expires", "P90D")
    token = made.stdout.strip()
    assert made.returncode == 0
    assert run_keys(lone_settings, "create", "--name", "desk", "--scopes", "check").returncode == 2
    year = run_keys(lone_settings, "create", "--name", "year", "--scopes", "check", "--expires", "2030")
    assert (year.returncode, year.stdout) == (2, "")  # as a number, it would have ended in 1970
    rotated = run_keys(lone_settings, "rotate", "desk", "--grace", "PT1H").stdout.strip()
    shown = json.loads(run_keys(lone_settings, "list", "--json").stdout)

    assert [entry["name"] for entry in shown] == ["desk", "desk"]
    assert [entry["state"] for entry in shown] == ["valid", "valid"]
    assert [entry["scopes"] for entry in shown] == ["check,store"] * 2
    assert shown[0]["ends_at"] < shown[1]["ends_at"]
    assert token.startswith(shown[0]["key"].removesuffix("…"))
    with TestClient(create_app(lone_settings), "http://localhost") as client:
        for counting in (token, rotated):
            assert client.get("/v1/session", headers=bearer(counting)).json()["name"] == "desk"
    everything = b"".join(value for _, value in store.hscan_iter(key_maker.name))
    for secret in (token, rotated):
        assert secret.encode() not in everything
        assert secret.split("_", 2)[2].encode() not in everything

    table = run_keys(lone_settings, "list").stdout
    for entry in shown:
        assert all(value in table for value in entry.values() if value)  # whatever the width of a terminal
    assert "revoked" in run_keys(lone_settings, "revoke", shown[0]["key"]).stdout
    assert "revoked" in run_keys(lone_settings, "revoke", "desk").stdout
    assert {entry["state"] for entry in json.loads(run_keys(lone_settings, "list", "--json").stdout)} == {"revoked"}
    with TestClient(create_app(lone_settings), "http://localhost") as client:
        assert client.get("/v1/session", headers=bearer(rotated)).status_code == 401
