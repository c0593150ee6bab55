"""A deleted article leaves nothing: no key, note, judgement, response or message mentions it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from fastapi.testclient import TestClient

from support.ports import free_port
from support.store_contents import contents, file_contents, rewrite_files
from support.waiting import PATIENT
from support.webhook_receiver import SECRET
from wirematch.app import create_app
from wirematch.index.embedded.store import EmbeddedStore
from wirematch.settings import Settings

ARTICLES = "/v1/articles"
OWN_PAGE = {"Origin": "http://127.0.0.1:8000"}
BODY = (
    "A gravel barge broke loose in the storm at Quillhaven and brought down the old harbour bridge before dawn. "
    "Divers searched the flooded ferry slip for hours, said Marlo Teng, who runs the pilot station. "
    "The council will meet on Monday to talk about a new crossing, which had been put off for eleven years."
)
STORY = {"id": "story-9f31", "body": BODY, "headline": "Quillhaven bridge falls", "source": "Norwind", "kind": "wire"}
COPY = {"id": "copy-77", "body": f"{BODY} Nobody was hurt.", "source": "The Heron", "kind": "article"}
TELLING = (b"Quillhaven", b"gravel barge", b"story-9f31")


def keys_that_tell(server: redis.Redis) -> set[bytes]:
    return {key for key, held in contents(server) if any(word in held for word in TELLING)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore(tmp_path / "data", None) as running:
        yield running


@pytest.fixture
def client(store: EmbeddedStore) -> Iterator[TestClient]:
    """A service whose webhook receiver is away, so that messages wait."""
    settings = Settings(
        redis_url=store.url,
        webhook_private=True,
        webhook_secret=SECRET,  # type: ignore[arg-type]
        webhook_url=f"http://127.0.0.1:{free_port()}/pickups",  # type: ignore[arg-type]
        **PATIENT,
    )
    with TestClient(create_app(settings), "http://127.0.0.1:8000") as running:
        yield running


def leave_traces(client: TestClient) -> None:
    """Store, copy, check, judge and list a story, so that each leaves something behind."""
    for number, article in enumerate((STORY, COPY)):
        stored = client.post(ARTICLES, json=article, headers={"Idempotency-Key": f"k{number}"})
        assert stored.status_code == 201, stored.text
    assert client.get(f"{ARTICLES}/copy-77/cluster").json()["total"] == 2
    judged = client.post(
        "/articles/copy-77/against/story-9f31",
        data={"verdict": "wholly_derived", "note": "Quillhaven again"},
        headers=OWN_PAGE,
    )
    assert judged.status_code in (200, 303), judged.text
    assert "Quillhaven" in client.get("/desk", params={"hours": 24}).text


def test_deleting_leaves_nothing_in_the_database_or_its_file(client, store, tmp_path):
    leave_traces(client)
    server = redis.Redis.from_url(store.url)
    kinds = {
        key.decode("latin-1").strip("{").split("}")[0].split(":")[1]
        for key in keys_that_tell(server)
        if b":" in key.split(b"}")[0]
    }
    assert {"groups", "request", "judgements", "pickups", "mentions"} <= kinds
    assert any(b"outbox" in key for key in keys_that_tell(server))

    assert client.delete(f"{ARTICLES}/story-9f31").status_code == 204
    assert client.delete(f"{ARTICLES}/copy-77").status_code == 204

    # The response kept for a late retry of the request stays for a day, and has the article's id.
    left = keys_that_tell(server)
    assert left <= {b"{main:request:k0}"}
    assert not any(word in held for _, held in contents(server) for word in TELLING[:2])
    again = client.post(ARTICLES, json=STORY, headers={"Idempotency-Key": "k0"})
    assert (again.status_code, again.json()["id"]) == (201, "story-9f31")
    assert client.get(f"{ARTICLES}/story-9f31").status_code == 404

    rewrite_files(server)
    assert not any(word in held for held in file_contents(tmp_path / "data") for word in TELLING[:2])


def test_what_others_said_of_the_story_goes_and_they_stay(client, store):
    leave_traces(client)

    assert client.delete(f"{ARTICLES}/story-9f31").status_code == 204

    server = redis.Redis.from_url(store.url)
    telling = {key for key, held in contents(server) if b"Quillhaven bridge falls" in held or b"story-9f31" in held}
    assert telling <= {b"{main:request:k0}"}
    assert client.get(f"{ARTICLES}/copy-77").status_code == 200


def test_deleting_again_removes_what_an_interrupted_deletion_left(client, store):
    leave_traces(client)
    server = redis.Redis.from_url(store.url)
    mentions: Any = server.smembers("{main:mentions:story-9f31}")
    judgements = server.hgetall("{main:judgements}:pairs")
    assert client.delete(f"{ARTICLES}/story-9f31").status_code == 204
    server.sadd("{main:mentions:story-9f31}", *mentions)  # as if the process had ended after it removed the article
    server.hset("{main:judgements}:pairs", mapping=judgements)

    assert client.delete(f"{ARTICLES}/story-9f31").status_code == 404
    assert not server.exists("{main:mentions:story-9f31}")
    assert not server.exists("{main:judgements}:pairs")
    assert json.loads(client.get("/v1/articles").text)["articles"][0]["id"] == "copy-77"
