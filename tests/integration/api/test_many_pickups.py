"""A story with more pickups than its buckets hold: all of them are listed, or the answer says that some are not."""

from __future__ import annotations

import random
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES, ids
from support.made_up import own, reworded, told
from wirematch.app import create_app

COPIES, CAP = 30, 4
STORY = own(1)
NINJS = {"content-type": "application/ninjs+json"}
URI = "urn:newsml:norwind.example:many"


@pytest.fixture
def settings(settings):
    """Buckets with room for a few articles."""
    return settings.model_copy(update={"bucket_cap": CAP})


def store_story(client: TestClient) -> None:
    message = {"uri": URI, "version": "1", "versioncreated": "2026-03-01T10:00:00Z", "type": "text", "language": "en"}
    response = client.post(ARTICLES, json=message | {"body_text": told(STORY)}, headers=NINJS)
    assert response.status_code == 201, response.text


def store_pickups(client: TestClient) -> set[str]:
    draw = random.Random(2)
    for number in range(COPIES):
        text = told(STORY if number % 2 else reworded(draw, STORY, 0.95))
        article = {"id": f"a{number}", "kind": "article", "published_at": "2026-03-02T10:00:00Z", "body": text}
        assert client.post(ARTICLES, json=article).json()["report"]["original_id"] == URI
    return {f"a{number}" for number in range(COPIES)}


def kill(client: TestClient) -> dict:
    message = {"uri": URI, "version": "2", "versioncreated": "2026-03-03T10:00:00Z", "type": "text"}
    return client.post(ARTICLES, json=message | {"pubstatus": "canceled"}, headers=NINJS).json()


def test_all_are_listed_also_those_that_buckets_no_longer_lead_to(client):
    store_story(client)
    stored = store_pickups(client)
    page = client.get(f"{ARTICLES}/{quote(URI, safe='')}/pickups", params={"limit": 100}).json()
    event = client.get(f"{ARTICLES}/{quote(URI, safe='')}/event", params={"limit": 100}).json()

    assert (page["total"], set(ids(page["pickups"]))) == (COPIES, stored)
    assert (event["total"], set(ids(event["articles"]))) == (COPIES + 1, stored | {URI})
    assert {"bounded", "partial_index"}.isdisjoint({*page, *event})


def test_a_kill_names_all_to_warn(client):
    store_story(client)
    stored = store_pickups(client)
    answer = kill(client)

    assert (answer["withdrawn"], set(ids(answer["pickups"]))) == (True, stored)
    assert "bounded" not in answer


@pytest.mark.parametrize("limits", [{"compare_bytes": 1_024}, {"pickup_limit": 3, "bucket_cap": 128}])
def test_where_not_all_may_be_compared_the_answers_say_so(settings, limits):
    with TestClient(create_app(settings.model_copy(update=limits))) as client:
        store_story(client)
        for number in range(COPIES):  # not decided, and so in no cluster
            article = {"id": f"b{number}", "kind": "article", "published_at": "2026-03-02T10:00:00Z"}
            client.post(ARTICLES, json=article | {"body": told(STORY)}, params={"report": False})
        page = client.get(f"{ARTICLES}/{quote(URI, safe='')}/pickups").json()
        event = client.get(f"{ARTICLES}/{quote(URI, safe='')}/event").json()
        answer = kill(client)

    assert 0 < page["total"] < COPIES
    assert page["bounded"] == event["bounded"] == answer["bounded"] == ["candidates"]
