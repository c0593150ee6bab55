"""``wirematch backup`` and ``restore``: everything stored is restored, with all that belongs to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.command_line import CommandLine, Outcome
from support.cutting_off import article, cut_off, listed
from support.document_calls import URI, send_ninjs
from wirematch.app import create_app
from wirematch.commands.backup import command, parts
from wirematch.commands.backup.parts import PartWriter
from wirematch.composition.components import open_detector
from wirematch.settings import Settings

QUAY = [f"The harbour board will close the old timber quay for {months} months, it said." for months in (11, 12, 13)]


@pytest.fixture
def run(monkeypatch, capsys, redis_url) -> Callable[..., Outcome]:
    """Run the command on an index."""
    command = CommandLine(monkeypatch, capsys)

    def call(index: str, *arguments: object) -> Outcome:
        monkeypatch.setenv("WIREMATCH_INDEX", index)
        monkeypatch.setenv("WIREMATCH_REDIS_URL", redis_url)
        return command(*arguments)

    return call


@pytest.fixture
def on(settings) -> Callable[[str], TestClient]:
    return lambda index: TestClient(create_app(settings.model_copy(update={"index": index})))


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


def test_what_is_there_stays_and_an_interrupted_restore_is_gone_on_with(run, on, index_name, stories, tmp_path):
    file, other = tmp_path / "backup.ndjson.gz", f"{index_name}-restored"
    bridge = stories["harbour-bridge"]
    with on(index_name) as client:
        for kind in ("wire", "rewrite", "copy"):
            client.post(ARTICLES, json=bridge[kind])
    assert run(index_name, "backup", file).status == 0
    with on(other) as client:
        client.post(ARTICLES, json=bridge["wire"] | {"body": QUAY[0]})
    done = json.loads(run(other, "restore", file, "--json").out)["sections"][0]
    with on(other) as client:
        assert client.get(f"{ARTICLES}/{bridge['wire']['id']}").json()["body"] == QUAY[0]
        members = client.get(f"{ARTICLES}/{bridge['copy']['id']}/cluster").json()["members"]

    assert (done["stored"], done["there"]) == (2, 1)
    # The backup's original is another article here, so the earliest of the others takes its place.
    assert [one["id"] for one in members] == [bridge["rewrite"]["id"], bridge["copy"]["id"]]
    again = json.loads(run(other, "restore", file, "--json").out)["sections"][0]
    assert (again["stored"], again["there"]) == (0, 3)


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


@pytest.mark.parametrize("version", [None, "7"])
def test_what_was_withdrawn_since_stays_away(run, on, index_name, tmp_path, version):
    file = tmp_path / "backup.ndjson.zst"
    with on(index_name) as client:
        for headline in ("First", "Second"):  # so that there is an earlier version to restore
            assert client.put(f"{ARTICLES}/{URI}", json={"body": QUAY[0], "headline": headline}).is_success
        assert client.post(ARTICLES, json={"id": "other", "body": QUAY[1]}).status_code == 201
        assert run(index_name, "backup", file).status == 0
        assert send_ninjs(client, pubStatus="canceled", version=version).json()["withdrawn"]
        client.delete(f"{ARTICLES}/other")
    done = json.loads(run(index_name, "restore", file, "--json").out)["sections"][0]
    with on(index_name) as client:
        listed = [one["id"] for one in client.get(ARTICLES).json()["articles"]]

    assert (done["stored"], done["withdrawn"], done["earlier_versions"]) == (1, 1, 0)
    assert listed == ["other"]


def test_what_came_back_after_a_withdrawal_is_restored(run, on, index_name, tmp_path):
    file = tmp_path / "backup.ndjson.zst"
    with on(index_name) as client:
        assert send_ninjs(client).is_success
        assert send_ninjs(client, pubStatus="canceled", version="7").json()["withdrawn"]
        assert client.put(f"{ARTICLES}/{URI}", json={"body": QUAY[0]}).status_code == 201
        assert run(index_name, "backup", file).status == 0
        client.delete(f"{ARTICLES}/{URI}")
    done = json.loads(run(index_name, "restore", file, "--json").out)["sections"][0]

    assert (done["stored"], done["withdrawn"]) == (1, 0)


def test_a_backup_has_one_writer(run, on, index_name, tmp_path):
    file = tmp_path / "backup.ndjson.zst"
    with on(index_name) as client:
        client.post(ARTICLES, json={"id": "quay", "body": QUAY[0]})
    with parts.only_writer(file):
        refused = run(index_name, "backup", file)
        assert file.read_bytes() == b""

    assert refused.status == 2
    assert "Another process is writing" in refused.err
    assert run(index_name, "backup", file).status == 0


def test_a_backup_that_was_cut_is_refused_and_gone_on_with(run, on, index_name, stories, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 5_000)
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        for story in stories.values():
            client.post(ARTICLES, json=story["wire"])
    run(index_name, "backup", file)
    finished = run(index_name, "backup", file)
    file.write_bytes(file.read_bytes()[:7_000])
    refused = run(other, "restore", file)
    with on(index_name) as client:  # one that is in the file already, and one that is not
        client.delete(f"{ARTICLES}/{stories['harbour-bridge']['wire']['id']}")
        client.post(ARTICLES, json={"id": "late", "body": QUAY[0]})
    on_with = run(index_name, "backup", file)
    done = json.loads(run(other, "restore", file, "--json").out)["sections"][0]

    assert (finished.status, "is a finished backup" in finished.err) == (2, True)
    assert refused.status == 2
    assert "is cut off. Its complete parts hold" in refused.err
    assert (on_with.status, "is gone on with, behind" in on_with.err) == (0, True)
    assert done["stored"] == len(stories)
    listed = [run(index, "export").out for index in (index_name, other)]
    assert sorted(listed[0].splitlines()) == sorted(listed[1].splitlines())


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


def test_a_record_that_cannot_be_read_is_told_and_left_out(run, on, store, index_name, bridge, tmp_path):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        for kind in ("wire", "independent"):
            client.post(ARTICLES, json=bridge[kind])
    store.setrange(f"{{{index_name}:1.0.0}}:d".encode() + b"\x01\0\0\0", 45, b"\xff" * 20)
    written = run(index_name, "backup", file)
    done = json.loads(run(other, "restore", file, "--json").out)["sections"][0]

    assert written.status == 1
    assert "1 records are damaged and not in it" in written.err
    assert done["stored"] == 1


def test_an_index_that_is_not_there_and_files_that_cannot_be(run, index_name, tmp_path: Path):
    nothing = run(index_name, "backup", tmp_path / "backup.ndjson.zst")
    unnamed = run(index_name, "backup", tmp_path / "backup.json")
    nowhere = run(index_name, "backup", tmp_path / "missing" / "backup.ndjson.gz")

    assert (nothing.status, unnamed.status, nowhere.status) == (2, 2, 2)
    assert "cannot be written: No such file or directory." in nowhere.err
    assert "nothing to back up" in nothing.err
    assert "must end in .ndjson.zst or .ndjson.gz" in unnamed.err


def test_an_article_that_no_release_writes_is_told(run, index_name, tmp_path):
    file = tmp_path / "odd.ndjson.zst"
    about = {"tenant": None, "record": None, "generation": 1, "shards": 1, "sampling": "rare"}
    with PartWriter(file) as writer:
        for line in (
            {"backup": {"format": 1}},
            {"section": about},
            {"article": {"id": "a1"}, "place": [0, 1]},
            {"counted": {"article": 1}},
            {"end": "2026-03-03"},
        ):
            writer.write(line)
        writer.end_part()

    refused = run(index_name, "restore", file)
    assert refused.status == 2
    assert "a line that this release cannot read" in refused.err
    assert "Traceback" not in refused.err


def test_a_sampling_of_a_later_release_is_told(run, on, index_name, bridge, tmp_path, monkeypatch):
    file, other = tmp_path / "backup.ndjson.zst", f"{index_name}-restored"
    with on(index_name) as client:
        assert client.post(ARTICLES, json=bridge["wire"]).status_code == 201
    about = command._about  # noqa: SLF001 - a later release writes what this one cannot
    monkeypatch.setattr(command, "_about", lambda *given: about(*given) | {"sampling": "later"})
    assert run(index_name, "backup", file).status == 0

    refused = run(other, "restore", file)
    assert refused.status != 0
    assert "signed by 'later', which this release does not know" in refused.err
    assert run(index_name, "restore", file).status == 0  # an existing article keeps its own


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
