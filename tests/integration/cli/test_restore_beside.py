"""``wirematch restore`` into an index that has changed since: what is there stays, what was withdrawn stays away."""

from __future__ import annotations

import json

import pytest

from support.api_calls import ARTICLES
from support.backups import QUAY
from support.document_calls import URI, send_ninjs


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
