"""Versions and kills of a document: the newest wins whatever the order, also between two processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from support.api_calls import ARTICLES
from support.document_calls import URI, content_of, ninjs, send, send_ninjs, stored
from support.formats_documents import STORY
from support.problem_documents import assert_problem
from wirematch.app import create_app

COPY = {"id": "courier-copy", "source": "Tolvane Courier", "kind": "article", "body": STORY}


@pytest.mark.parametrize(
    ("before", "after"),
    [("9", "10"), ("1.9", "1.10"), ("1", "1.1"), ("007", "8")],
)
def test_a_newer_version_replaces_and_an_older_one_changes_nothing(client, before, after):
    send_ninjs(client, version=before, edNote="first")
    newer = send_ninjs(client, version=after, edNote="second")
    older = send_ninjs(client, version=before, edNote="late")

    assert (newer.status_code, newer.json()["version"]) == (200, 2)
    assert older.status_code == 200
    assert older.json() == {"id": URI, "stored": False, "version": 2, "report": None}
    assert stored(client)["metadata"]["edit_note"] == "second"
    assert stored(client)["version"] == 2


def test_versions_without_a_number_go_by_their_time(client):
    times = {name: f"2026-03-03T{hour}:00:00Z" for name, hour in (("first", "07"), ("second", "08"), ("late", "06"))}
    for name in ("first", "second", "late"):
        send_ninjs(client, version=f"lead {name}", versionCreated=times[name], edNote=name)

    assert stored(client)["metadata"]["edit_note"] == "second"


def test_an_equal_number_goes_by_its_time_and_then_by_arrival(client):
    for note, time in (("a", "07"), ("b", "08"), ("c", "06"), ("d", "08")):
        send_ninjs(client, version="2", versionCreated=f"2026-03-03T{time}:00:00Z", edNote=note)

    assert stored(client)["metadata"]["edit_note"] == "d"


def test_versions_that_come_at_once_leave_the_newest(client):
    versions = [str(number) for number in range(1, 13)]
    with ThreadPoolExecutor(12) as threads:
        responses = list(threads.map(lambda version: send_ninjs(client, version=version), versions))

    assert {response.status_code for response in responses} <= {200, 201}
    assert [response.status_code for response in responses].count(201) == 1
    assert stored(client)["metadata"]["version"] == "12"


def test_an_article_that_came_as_json_is_replaced_by_its_document(client):
    client.post(ARTICLES, json=COPY | {"id": URI})

    assert send_ninjs(client).status_code == 200
    assert stored(client)["metadata"]["version"] == "1.10"


def test_an_id_in_json_is_taken_as_ever(client):
    send_ninjs(client)

    assert_problem(client.post(ARTICLES, json=COPY | {"id": URI}), 409, "article-exists")


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_kill_removes_the_story_and_tells_whom_to_warn(client, keys, status):
    empty = keys()
    send_ninjs(client)
    client.post(ARTICLES, json=COPY | {"published_at": "2026-03-03T12:00:00Z"})

    kill = send_ninjs(client, version="1.11", pubStatus=status, edNote="KILL", bodies=[])

    assert kill.status_code == 200
    answer = kill.json()
    assert (answer["id"], answer["status"], answer["withdrawn"], answer["outdated"]) == (URI, status, True, False)
    assert answer["edit_note"] == "KILL"
    assert [(pickup["id"], pickup["source"]) for pickup in answer["pickups"]] == [("courier-copy", "Tolvane Courier")]
    assert answer["pickups"][0]["passages"]
    assert_problem(client.get(f"{ARTICLES}/{quote(URI)}"), 404, "article-not-found")
    assert client.post("/v1/check", json={"body": STORY}).json()["original_id"] == "courier-copy"
    client.delete(f"{ARTICLES}/courier-copy")
    assert keys() == empty | {f":kill:{URI}}}"}  # so that no older version is stored again


def test_a_kill_with_a_text_stores_nothing_either(client):
    send(client, "newsml-g2-item.xml")
    response = client.post(
        ARTICLES,
        content=content_of("newsml-g2-kill.xml"),
        headers={"content-type": "application/vnd.iptc.g2.newsitem+xml"},
    )

    assert (response.json()["withdrawn"], response.json()["pickups"]) == (True, [])
    assert client.post("/v1/check", json={"body": STORY}).json()["index"]["articles"] == 0


def test_a_kill_by_another_document_names_its_target(client):
    send(client, "nitf-3.5.xml")
    response = client.post(
        ARTICLES, content=content_of("nitf-kill.xml"), headers={"content-type": "application/nitf+xml"}
    )

    assert (response.json()["id"], response.json()["withdrawn"]) == ("NW0303-ferry", True)


def test_a_kill_of_what_is_not_stored_says_so(client):
    response = send_ninjs(client, pubStatus="canceled")

    assert response.status_code == 200
    assert (response.json()["withdrawn"], response.json()["outdated"], response.json()["pickups"]) == (False, False, [])


def test_a_kill_of_an_older_version_changes_nothing(client):
    send_ninjs(client, version="3")

    response = send_ninjs(client, version="2", pubStatus="canceled")

    assert (response.json()["withdrawn"], response.json()["outdated"]) == (False, True)
    assert stored(client)["metadata"]["version"] == "3"


def test_a_withdrawal_cannot_be_checked_without_a_text(client):
    response = client.post(
        "/v1/check", content=content_of("ninjs-3-kill.json"), headers={"content-type": "application/ninjs+json"}
    )

    assert "withdrawal without a text" in assert_problem(response, 422, "invalid-article")["detail"]


FIRST, SECOND, THIRD = ("2026-03-03T10:40:00Z", "2026-03-03T20:40:00Z", "2026-03-04T08:00:00Z")


def revive(client, **fields) -> dict[str, Any]:
    assert send_ninjs(client, firstCreated=THIRD, versionCreated=THIRD, version="3", **fields).status_code == 201
    return stored(client)


@pytest.mark.parametrize("late", [False, True])
def test_a_story_that_comes_back_after_a_kill_was_published_when_it_first_was(client, late):
    if not late:
        send_ninjs(client, firstCreated=FIRST, versionCreated=FIRST, version="1")
    send_ninjs(client, versionCreated=SECOND, version="2", pubStatus="canceled", bodies=[])
    if late:
        send_ninjs(client, firstCreated=FIRST, versionCreated=FIRST, version="1")
    back = revive(client)

    assert (back["published_at"], back["revised_at"]) == (FIRST, THIRD)


def test_so_it_was_by_put_and_after_several_kills(client):
    send_ninjs(client, firstCreated=FIRST, versionCreated=FIRST, version="1")
    for number in ("2", "3"):
        send_ninjs(client, versionCreated=SECOND, version=number, pubStatus="canceled", bodies=[])
    client.put(f"{ARTICLES}/{quote(URI)}", json={"body": STORY, "published_at": THIRD})

    assert (stored(client)["published_at"], stored(client)["revised_at"]) == (FIRST, THIRD)


def test_what_was_deleted_is_forgotten(client):
    send_ninjs(client, firstCreated=FIRST, versionCreated=FIRST, version="1")
    client.delete(f"{ARTICLES}/{quote(URI)}")

    assert revive(client)["published_at"] == THIRD


def test_put_minds_versions_and_kills_too(client):
    def put(**fields: Any):
        return client.put(
            f"{ARTICLES}/{quote(URI)}", content=ninjs(**fields), headers={"content-type": "application/ninjs+json"}
        )

    assert put(version="2").status_code == 201
    assert put(version="1").json()["stored"] is False
    assert put(version="3", pubStatus="withheld").json()["withdrawn"] is True


@pytest.fixture(params=["one process", "two processes"])
def services(request: pytest.FixtureRequest, settings) -> Iterator[tuple[TestClient, TestClient]]:
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        yield one, (one if request.param == "one process" else other)


def test_an_older_version_does_not_come_back_after_a_kill(services):
    one, other = services
    send_ninjs(one, version="2")
    assert send_ninjs(other, version="4", pubStatus="canceled").json()["withdrawn"] is True

    for version in ("1", "2", "3", "4"):
        late = send_ninjs(one, version=version)
        assert late.status_code == 200
        assert late.json() == {"id": URI, "stored": False, "version": None, "report": None}
        assert one.get(f"{ARTICLES}/{quote(URI)}").status_code == 404
    assert send_ninjs(one, version="5").status_code == 201
    assert stored(other)["metadata"]["version"] == "5"


def test_a_kill_that_comes_first_keeps_out_what_it_means(services):
    one, other = services
    assert send_ninjs(one, version="3", pubStatus="canceled").json()["withdrawn"] is False

    assert send_ninjs(other, version="2").json()["stored"] is False
    assert send_ninjs(other, version="3.1").json()["stored"] is True
    assert send_ninjs(one, version="1", pubStatus="canceled").json()["outdated"] is True  # it lowers nothing
    assert send_ninjs(other, version="3").json()["stored"] is False


def test_kills_without_versions_go_by_time_and_then_by_arrival(client):
    def put(status: str | None = None, hour: str | None = None) -> dict[str, Any]:
        created = {"versionCreated": f"2026-03-03T{hour}:00:00Z"} if hour else {}
        document = json.loads(ninjs())
        del document["version"], document["versionCreated"]
        content = json.dumps(document | created | ({"pubStatus": status} if status else {}))
        headers = {"content-type": "application/ninjs+json"}
        return client.post(ARTICLES, content=content, headers=headers).json()

    put(hour="07")
    assert put("canceled", "08")["withdrawn"] is True
    assert put(hour="08")["stored"] is False
    assert put(hour="09")["stored"] is True
    assert put("canceled")["withdrawn"] is True
    assert put()["stored"] is True  # the order is unknown


def test_versions_and_kills_at_once_between_processes_leave_what_is_newest(settings, store, index_name):
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        for round_ in range(4):
            uri = f"{URI}:{round_}"
            sent = [{"version": str(number)} for number in range(1, 13)]
            sent[6] |= {"pubStatus": "canceled"}
            if round_ % 2:  # the kill is the newest
                sent = sent[:7]
            work = [(door, fields | {"uri": uri}) for fields in sent for door in (one, other)]
            with ThreadPoolExecutor(12) as threads:
                answers = list(threads.map(lambda item: send_ninjs(item[0], **item[1]), work))

            assert {answer.status_code for answer in answers} <= {200, 201}
            left = one.get(f"{ARTICLES}/{quote(uri)}")
            if round_ % 2:
                assert left.status_code == 404
            else:
                assert left.json()["metadata"]["version"] == "12"


def test_kills_are_remembered_for_the_window(settings, store, index_name):
    with TestClient(create_app(settings.model_copy(update={"kill_window": timedelta(hours=1)}))) as client:
        send_ninjs(client, version="3", pubStatus="canceled")

        assert 3_500 < store.ttl(f"{{{index_name}:kill:{URI}}}") <= 3_600
