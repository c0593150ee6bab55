"""Pickups are sent to a real receiver on loopback despite faults; the reference implementation checks signatures."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import WebhookVerificationError

from support.made_up import own, told
from support.waiting import wait_for
from support.webhook_outbox import story
from support.webhook_receiver import WebhookReceiver
from wirematch.app import create_app
from wirematch.models import Article

ARTICLES = "/v1/articles"


def test_a_pickup_is_told_and_signed(watching, receiver, bridge, all_told):
    receiver.open()
    with TestClient(create_app(watching())) as client:
        client.post(ARTICLES, json=bridge["wire"])
        client.post(ARTICLES, json=bridge["independent"])
        answer = client.post(ARTICLES, json=bridge["rewrite"] | {"id": "r-1", "source": "Courier"}).json()
        wait_for(lambda: receiver.taken and all_told(), "a message")

    [told] = receiver.taken
    match = answer["report"]["matches"][0]
    assert told["type"] == "story.picked_up"
    assert told["data"]["story"]["id"] == bridge["wire"]["id"]
    assert (told["data"]["article"]["id"], told["data"]["article"]["source"]) == ("r-1", "Courier")
    for name in ("relation", "derivation", "probability", "coverage", "verbatim", "credited"):
        assert told["data"][name] == match[name]
    [headers] = receiver.seen
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Wirematch/")


def test_a_receiver_with_another_secret_takes_nothing(watching, receiver, bridge):
    other = WebhookReceiver("whsec_" + "A" * 40)
    other.open()
    try:
        with TestClient(create_app(watching(webhook_url=other.url))) as client:
            client.post(ARTICLES, json=bridge["wire"])
            client.post(ARTICLES, json=bridge["copy"] | {"source": "Courier"})
            wait_for(lambda: other.seen, "an attempt")
        assert not other.taken
        with pytest.raises(WebhookVerificationError):
            other.verify(b"{}", other.seen[0])
    finally:
        other.close()


@pytest.mark.parametrize(
    ("sources", "story_source", "article_source", "told"),
    [
        (["Norwind"], "Norwind", "Courier", 1),
        (["Aster"], "Norwind", "Courier", 0),
        (["Norwind"], "Norwind", "Norwind", 0),  # an update, not a pickup
        (None, "Norwind", "Courier", 1),
        (None, None, "Courier", 0),
    ],
)
def test_which_sources_are_watched(watching, store, index_name, bridge, sources, story_source, article_source, told):
    with TestClient(create_app(watching(webhook_sources=sources))) as client:
        client.post(ARTICLES, json=bridge["wire"] | {"source": story_source})
        client.post(ARTICLES, json=bridge["copy"] | {"source": article_source})

        assert store.zcard(f"{{{index_name}}}:outbox") == told
        assert store.hlen(f"{{{index_name}}}:outbox:content") == told


@pytest.mark.parametrize(
    "way", ["post", "post without report", "put", "put without report", "bulk", "bulk without report", "late wire"]
)
def test_by_whichever_way_an_article_comes(watching, receiver, bridge, way, all_told):
    receiver.open()
    wire, copy = story(bridge["wire"]), story(bridge["copy"], id="c-1", source="Courier")
    with TestClient(create_app(watching())) as client:
        if way == "late wire":
            client.post(ARTICLES, json=copy | {"published_at": "2026-03-04T10:00:00Z"})
            client.post(ARTICLES, json=wire | {"published_at": "2026-03-03T10:00:00Z"})
        else:
            client.post(ARTICLES, json=wire)
            params = {"report": "without" not in way}
            if way.startswith("bulk"):
                lines = Article.model_validate(copy).model_dump_json()
                headers = {"content-type": "application/x-ndjson"}
                client.post(f"{ARTICLES}/bulk", content=lines, headers=headers, params=params)
            elif way.startswith("put"):
                client.put(f"{ARTICLES}/c-1", json=copy, params=params)
            else:
                client.post(ARTICLES, json=copy, params=params)
        wait_for(lambda: receiver.taken and all_told(), "a message")

    [told] = receiver.taken
    assert (told["data"]["story"]["id"], told["data"]["article"]["id"]) == (wire["id"], "c-1")
    assert told["data"]["relation"] == "copy"


@pytest.mark.parametrize("way", ["post", "put", "bulk without report", "replaced"])
def test_what_was_published_later_is_not_told_as_the_story_of_an_earlier_copy(
    watching, receiver, bridge, way, all_told
):
    """A copy of the same kind that was stored first is the original of a cluster, but picked up what came before it."""
    receiver.open()
    early = story(bridge["wire"], id="early", source="Norwind", published_at="2026-03-03T10:00:00Z")
    late = early | {"id": "late", "source": "Courier", "published_at": "2026-03-04T10:00:00Z"}
    with TestClient(create_app(watching())) as client:
        if way == "replaced":
            client.put(f"{ARTICLES}/early", json=early | {"body": bridge["independent"]["body"]})
        client.post(ARTICLES, json=late)
        if way.startswith("bulk"):
            lines = f"{Article.model_validate(early).model_dump_json()}\n"
            headers = {"content-type": "application/x-ndjson"}
            answer = client.post(f"{ARTICLES}/bulk", content=lines, headers=headers, params={"report": False})
            assert answer.status_code == 200
        elif way == "post":
            assert client.post(ARTICLES, json=early).json()["report"]["original_id"] == "late"
        else:
            assert client.put(f"{ARTICLES}/early", json=early).json()["report"]["original_id"] == "late"
        wait_for(lambda: (receiver.taken or way == "replaced") and all_told(), "a message")

    found = [(told["data"]["story"]["id"], told["data"]["article"]["id"]) for told in receiver.taken]
    assert found == ([] if way == "replaced" else [("early", "late")])


def test_a_late_story_tells_of_more_pickups_than_a_report(watching, receiver, bridge):
    receiver.open()
    copies = [
        bridge["copy"] | {"id": f"c-{number}", "source": "Courier", "published_at": f"2026-03-04T10:{number:02}:00Z"}
        for number in range(14)
    ]
    with TestClient(create_app(watching(webhook_sources=["Norwind"]))) as client:
        for copy in copies:
            client.post(ARTICLES, json=copy, params={"report": False})
        client.post(ARTICLES, json=bridge["wire"] | {"published_at": "2026-03-03T10:00:00Z"})
        wait_for(lambda: len(receiver.taken) >= 14, "fourteen messages")

    assert {told["data"]["article"]["id"] for told in receiver.taken} == {copy["id"] for copy in copies}


def test_an_update_is_told_anew_and_the_same_again_is_not(watching, receiver, bridge, all_told):
    receiver.open()
    copy = story(bridge["copy"], source="Courier")
    with TestClient(create_app(watching())) as client:
        client.post(ARTICLES, json=bridge["wire"])
        client.put(f"{ARTICLES}/c-1", json=copy | {"id": "c-1"})
        client.put(f"{ARTICLES}/c-1", json=copy | {"id": "c-1"})
        client.put(f"{ARTICLES}/c-1", json=copy | {"id": "c-1", "headline": "Another headline"})
        wait_for(lambda: len(receiver.taken) >= 2 and all_told(), "two messages")

    assert len({told["id"] for told in receiver.taken}) == len(receiver.taken) == 2


def test_nothing_is_told_of_what_was_not_stored(watching, store, index_name, bridge):
    with TestClient(create_app(watching())) as client:
        client.post(ARTICLES, json=bridge["wire"])
        client.post(ARTICLES, json=bridge["copy"] | {"source": "Courier"}, params={"store": "unless_duplicate"})
        client.post(ARTICLES, json=bridge["copy"] | {"id": bridge["wire"]["id"], "source": "Courier"})

        assert not store.exists(f"{{{index_name}}}:outbox", f"{{{index_name}}}:outbox:content")


def test_each_of_many_pickups_is_told_of_the_story_to_which_buckets_no_longer_lead(watching, receiver, all_told):
    receiver.open()
    text, names = told(own(1)), [f"a{number}" for number in range(20)]
    with TestClient(create_app(watching(webhook_sources=["Norwind"], bucket_cap=12))) as client:
        client.post(ARTICLES, json={"id": "wire", "kind": "wire", "source": "Norwind", "body": text})
        for name in names:
            client.post(ARTICLES, json={"id": name, "kind": "article", "source": f"Outlet {name}", "body": text})
        wait_for(all_told, "all messages to be sent")

    assert {message["data"]["story"]["id"] for message in receiver.taken} == {"wire"}
    assert {message["data"]["article"]["id"] for message in receiver.taken} == set(names)
