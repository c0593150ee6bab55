"""``wirematch backup`` and ``restore``: everything stored is restored, with all that belongs to it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.backups import QUAY
from support.cutting_off import article, cut_off, listed
from support.document_calls import send_ninjs
from wirematch.app import create_app
from wirematch.composition.components import open_detector
from wirematch.index.keys import Namespace
from wirematch.settings import Settings


def store_all(client: TestClient, stories: dict[str, Any]) -> None:
    for story in stories.values():
        for kind in ("rewrite", "wire", "copy", "excerpt"):  # the rewrite first: a cluster whose original came late
            assert client.post(ARTICLES, json=story[kind]).status_code == 201
    for text in QUAY:
        assert client.put(f"{ARTICLES}/quay", json={"body": text, "expires_at": "2099-01-01T00:00:00Z"}).is_success
    assert send_ninjs(client).is_success
    assert send_ninjs(client, pubStatus="canceled", version="7").json()["withdrawn"]
    client.headers["origin"] = "http://testserver"
    judged = client.post(
        "/articles/harbour-bridge-copy/against/harbour-bridge-wire", data={"verdict": "wholly_derived"}
    )
    assert judged.is_success


def seen(client: TestClient, stories: dict[str, Any]) -> dict[str, Any]:
    """Return everything of it that is visible over HTTP."""
    found: dict[str, Any] = {"articles": client.get(ARTICLES, params={"limit": 100}).json()}
    for name, story in stories.items():
        report = client.post("/v1/check", json={"body": story["independent"]["body"], "include_related": True}).json()
        found[name] = {key: value for key, value in report.items() if key != "took_ms"}
        found[f"cluster {name}"] = client.get(f"{ARTICLES}/{story['rewrite']['id']}/cluster").json()
    again = client.post("/v1/check", json={"body": stories["harbour-bridge"]["rewrite"]["body"]}).json()
    found["again"] = {key: value for key, value in again.items() if key != "took_ms"}
    found["versions"] = [client.get(f"/articles/quay/versions/{number}").text for number in (1, 2)]
    found["killed"] = send_ninjs(client).json()
    assert found["killed"]["stored"] is False
    return found


def test_everything_is_there_again(run, on, index_name, stories, tmp_path):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        store_all(client, stories)
        before = seen(client, stories)
        review = client.get("/review").text
    written = run(index_name, "backup", file, "--json")
    assert written.status == 0, written.err
    checked = run(other, "restore", file, "--check")
    restored = run(other, "restore", file, "--json")
    with on(other) as client:
        assert seen(client, stories) == before
        assert client.get("/review").text.replace(other, index_name) == review

    [section] = json.loads(written.out)["sections"]
    [done] = json.loads(restored.out)["sections"]
    assert section["articles"] == done["stored"] == 4 * len(stories) + 1
    assert (section["kills"], section["judgements"], done["earlier_versions"]) == (1, 1, 2)
    assert f"{section['articles']} articles" in checked.out
    assert done["members"] == section["members"] > len(stories)


def test_what_was_in_no_cluster_yet_comes_into_its_own(run, settings, index_name, bridge, tmp_path, monkeypatch):
    """Whoever stored it died before its cluster was told, or was at it while the backup was made."""
    file, other = tmp_path / "backup.ndjson.zst", settings.model_copy(update={"index": f"{index_name}-restored"})

    async def store() -> None:
        async with open_detector(settings.redis_url, settings) as detector:
            await detector.add(article(bridge, "wire"))
        await cut_off(settings, monkeypatch, article(bridge, "rewrite"), article(bridge, "independent"))

    async def clusters() -> list[list[str]]:
        async with open_detector(other.redis_url, other) as detector:
            await detector.sweep(10)
            return [await listed(detector, name) for name in ("wire", "independent")]

    asyncio.run(store())
    written = run(index_name, "backup", file, "--json")
    restored = run(other.index, "restore", file, "--json")

    assert json.loads(written.out)["sections"][0]["articles"] == 3
    assert json.loads(restored.out)["sections"][0]["to_decide"] == 2
    assert asyncio.run(clusters()) == [["wire", "rewrite"], ["independent"]]


def test_tenants_are_taken_along_when_they_are_named(run, settings: Settings, index_name, tmp_path):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    run(index_name, "tenants", "create", "desk", "--most-articles", "50")
    run(index_name, "tenants", "create", "newcomer")
    for tenant, text in ((None, QUAY[0]), ("desk", QUAY[1])):
        own = settings.model_copy(update={"tenant": tenant})
        with TestClient(create_app(own)) as client:
            client.post(ARTICLES, json={"id": "quay", "body": text})
    assert run(index_name, "backup", file, "--all-tenants").status == 0
    assert run(other, "restore", file, "--tenant", "desk").status == 0
    tenants = json.loads(run(other, "tenants", "list", "--json").out)

    assert [(one["name"], one["articles"], one["most_articles"]) for one in tenants] == [("desk", 1, 50)]
    assert json.loads(run(other, "tenants", "export", "desk").out)["body"] == QUAY[1]
    assert run(other, "export").out == ""
    assert run(other, "restore", file, "--tenant", "nobody").status == 2
    third = f"{index_name}-third"
    assert run(third, "restore", file).status == 0
    assert {one["name"] for one in json.loads(run(third, "tenants", "list", "--json").out)} == {"desk", "newcomer"}
    run(other, "tenants", "delete", "desk", "--yes")
    refused = run(other, "restore", file)
    assert (refused.status, run(other, "export").out) == (2, "")
    assert "was deleted; its name is not given again" in refused.err


def test_a_tenant_whose_index_is_damaged_is_left_out_and_told(run, settings: Settings, index_name, tmp_path, store):
    """The others are in the backup, which can be restored."""
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    for name in ("amber", "birch", "cedar"):
        run(index_name, "tenants", "create", name)
        with TestClient(create_app(settings.model_copy(update={"tenant": name}))) as client:
            client.post(ARTICLES, json={"id": "quay", "body": QUAY[0]})
    record = Namespace(index_name).of_tenant("birch").fingerprint_record
    store.delete(record)
    store.set(record, "oops")

    backup = run(index_name, "backup", file, "--all-tenants")

    assert backup.status == 1
    assert "The tenant birch is not in the backup" in " ".join(backup.err.split())
    assert run(other, "restore", file).status == 0
    assert {one["name"] for one in json.loads(run(other, "tenants", "list", "--json").out)} == {"amber", "cedar"}
    assert run(index_name, "backup", tmp_path / "birch.ndjson.zst", "--tenant", "birch").status == 2


def test_articles_without_texts_are_found_as_before(run, settings, index_name, bridge, tmp_path):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"

    def on(index: str) -> TestClient:
        return TestClient(create_app(settings.model_copy(update={"index": index, "store_text": False})))

    def asked(client: TestClient) -> list[Any]:
        report = client.post("/v1/check", json={"body": bridge["rewrite"]["body"]}).json()
        return [{**report, "took_ms": 0}, client.get(f"{ARTICLES}/{bridge['wire']['id']}").json()]

    with on(index_name) as client:
        assert client.post(ARTICLES, json=bridge["wire"]).status_code == 201
        before = asked(client)
    assert run(index_name, "backup", file).status == 0
    assert run(other, "restore", file).status == 0

    assert before[0]["decision"] == "rewrite"
    with on(other) as client:
        assert asked(client) == before
