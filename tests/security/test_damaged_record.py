"""A record with damaged bytes is skipped, and can be deleted and replaced; nothing else is affected."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import redis
from fastapi.testclient import TestClient

from support.problem_documents import assert_problem

ARTICLES = "/v1/articles"
PLACES = {"header": 0, "facts": 28, "id and source": 49, "text": 160, "end": -45}


@pytest.fixture
def damage(store: redis.Redis, index_name: str) -> Callable[[str, str], None]:
    """Invert forty bytes of an article's record, as a bad disk would."""

    def invert(article_id: str, place: str) -> None:
        [ids] = store.keys(f"{{{index_name}:*}}:ids")
        key = ids.removesuffix(b"ids") + b"d" + store.hget(ids, article_id)
        record = bytearray(store.get(key))
        begin = PLACES[place] % len(record)
        record[begin : begin + 40] = bytes(byte ^ 0xFF for byte in record[begin : begin + 40])
        store.set(key, bytes(record))

    return invert


@pytest.fixture
def stored(client: TestClient, bridge: dict) -> dict:
    for kind in ("wire", "rewrite"):
        assert client.post(ARTICLES, json=bridge[kind]).status_code == 201
    return bridge


@pytest.mark.parametrize("place", ["id and source", "text", "end"])
def test_a_damaged_record_is_passed_over_and_logged_once(client, stored, damage, caplog, place):
    damage(stored["wire"]["id"], place)

    for number in range(2):
        report = client.post("/v1/check", json={"body": stored["copy"]["body"]})
        assert report.status_code == 200
        found = {match["id"] for match in report.json()["matches"]}
        assert stored["rewrite"]["id"] in found
        assert stored["wire"]["id"] not in found
        added = client.post(ARTICLES, json={"id": f"new-{number}", "body": stored["excerpt"]["body"]})
        assert added.status_code == 201
    line = json.dumps({"id": "line", "body": stored["copy"]["body"]})
    streamed = client.post(f"{ARTICLES}/bulk", content=line, headers={"content-type": "application/x-ndjson"})
    assert '"status":201' in streamed.text
    assert caplog.text.count("is damaged") == 1

    assert_problem(client.get(f"{ARTICLES}/{stored['wire']['id']}"), 500, "damaged-record")
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("place", PLACES)
def test_a_damaged_record_can_be_deleted(client, stored, damage, place):
    damage(stored["wire"]["id"], place)

    assert client.delete(f"{ARTICLES}/{stored['wire']['id']}").status_code in {204, 404}  # its expiry may be damaged
    assert_problem(client.get(f"{ARTICLES}/{stored['wire']['id']}"), 404, "article-not-found")
    assert client.post("/v1/check", json={"body": stored["copy"]["body"]}).status_code == 200


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("change", ["", " And more."])
def test_a_damaged_record_can_be_replaced(client, stored, damage, place, change):
    damage(stored["wire"]["id"], place)
    article = stored["wire"] | {"body": stored["wire"]["body"] + change}

    assert client.put(f"{ARTICLES}/{article['id']}", json=article).status_code in {200, 201}
    assert client.get(f"{ARTICLES}/{article['id']}").json()["body"] == article["body"]
    report = client.post("/v1/check", json={"body": stored["copy"]["body"]}).json()
    assert article["id"] in {match["id"] for match in report["matches"]}
