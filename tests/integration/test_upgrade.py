"""An index written by an earlier release (``tests/indexes``) names the command that migrates it; then all is found."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
import redis
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES, check
from support.command_line import CommandLine
from support.forked_command import run_command
from support.live_service import client_of
from wirematch.app import create_app
from wirematch.errors import IndexMismatchError
from wirematch.fingerprint.minhash import VERSION
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.index.rebuilding import rebuild

INDEXES = Path(__file__).parents[1] / "indexes"
KILLED = {
    "uri": "urn:norwind:ferry",
    "version": "1",
    "pubstatus": "usable",
    "type": "text",
    "body_text": "It ran aground.",
}


def written_by(release: str, store: redis.Redis, index_name: str) -> dict:
    """Restore the release's keys under another index name; return what it stored and decided."""
    rest = gzip.decompress((INDEXES / f"{release}.resp.gz").read_bytes())
    while rest:
        parts, rest = one_command(rest)
        parts[1] = parts[1].replace(b"{main", f"{{{index_name}".encode(), 1)
        store.execute_command(*parts)
    return json.loads((INDEXES / f"{release}.json").read_text())


def one_command(rest: bytes) -> tuple[list[bytes], bytes]:
    head, _, rest = rest.partition(b"\r\n")
    parts = []
    for _ in range(int(head[1:])):
        length, _, rest = rest.partition(b"\r\n")
        parts.append(rest[: int(length[1:])])
        rest = rest[int(length[1:]) + 2 :]
    return parts, rest


@pytest.fixture(params=sorted(file.stem for file in INDEXES.glob("*.json")))
def old(request, store, index_name) -> dict:
    return written_by(request.param, store, index_name)


def story(stories: dict, name: str) -> dict:
    folder, _, kind = name.partition("/")
    return stories[folder][kind]


def test_it_says_which_command_takes_it_over_and_then_all_is_found(
    old, settings, index_name, redis_url, stories, monkeypatch, capsys
):
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0.0)
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    command = CommandLine(monkeypatch, capsys)
    with pytest.raises(IndexMismatchError, match=r"an earlier release \(.*\)\. `wirematch reindex` takes it over"):
        TestClient(create_app(settings)).__enter__()
    assert "wirematch reindex" in command("doctor", "--redis-url", redis_url).out
    assert command("reindex", "--redis-url", redis_url).status == 0

    with TestClient(create_app(settings)) as client:
        listed = client.get(ARTICLES).json()["articles"]
        decided = {name: check(client, story(stories, name)) for name in old["decided"]}
        cluster = client.get(f"{ARTICLES}/harbour-bridge-rewrite/cluster").json()
        killed = client.post(ARTICLES, json=KILLED, headers={"content-type": "application/ninjs+json"}).json()

    assert {one["id"]: one["body"] for one in listed} == {
        one["id"]: one["body"] for one in (story(stories, name) for name in old["stored"])
    }
    assert {
        name: {"decision": report["decision"], "original_id": report["original_id"]} for name, report in decided.items()
    } == old["decided"]
    assert [one["id"] for one in cluster["members"]] == ["harbour-bridge-wire", "harbour-bridge-rewrite"]
    assert killed["stored"] is False


def test_a_service_does_not_start_on_a_tenants_index_of_an_earlier_release(
    store, settings, index_name, redis_url, monkeypatch, capsys
):
    """The one command takes over the indexes of all tenants, and the service's own at the end."""
    monkeypatch.setattr(rebuild, "GRACE_SECONDS", 0.0)
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    command = CommandLine(monkeypatch, capsys)
    made = command("keys", "create", "--name", "desk", "--scopes", "check,store", "--tenant", "acme", *at(redis_url))
    key = {"Authorization": f"Bearer {made.out.strip()}"}
    with TestClient(create_app(settings)) as client:
        assert client.put(f"{ARTICLES}/x", json={"body": "A gravel barge."}, headers=key).status_code == 201
    for name in (index_name, f"{index_name}~acme"):
        store.hset(f"{{{name}}}:record", "version", "0")

    with pytest.raises(IndexMismatchError):
        TestClient(create_app(settings)).__enter__()
    store.hset(f"{{{index_name}}}:record", "version", str(VERSION))
    with pytest.raises(IndexMismatchError, match="of the tenant 'acme' was written by an earlier release"):
        TestClient(create_app(settings)).__enter__()
    assert "PROBLEM  tenant: The index" in command("doctor", *at(redis_url)).out
    store.hset(f"{{{index_name}}}:record", "version", "0")
    rebuilt = command("reindex", *at(redis_url))

    assert rebuilt.out.splitlines() == [
        "The rebuilt index of the tenant acme is live: generation 2, 1 shard.",
        "The rebuilt index is live: generation 2, 1 shard.",
    ]
    assert "PROBLEM  tenant" not in command("doctor", *at(redis_url)).out
    with TestClient(create_app(settings)) as client:
        assert client.get(f"{ARTICLES}/x", headers=key).json()["body"] == "A gravel barge."


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("export",)], ids=lambda given: given[0])
def test_commands_say_in_which_data_folder_it_is(tmp_path, arguments):
    """Who never named a folder learns that there is one, and how to begin in another."""
    with EmbeddedStore(tmp_path) as embedded, client_of(embedded.url) as server:
        server.hset("{main}:record", "version", "0")

    said = run_command([*arguments, "--data-dir", tmp_path], os.environ)

    assert said.returncode == 2
    assert f"The index is in {tmp_path}; --data-dir" in said.stderr.decode()


def at(redis_url: str) -> tuple[str, str]:
    return "--redis-url", redis_url


def test_an_index_of_a_later_release_is_left_alone(store, settings, index_name, client):
    store.hset(f"{{{index_name}}}:record", "layout", "5")

    with pytest.raises(IndexMismatchError, match="written by a later release"):
        TestClient(create_app(settings)).__enter__()
