"""Versions of a story: which one counts, when it was first published, and the effect of a kill."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from fastapi.testclient import TestClient

from support.formats_documents import STORY
from wirematch.app import create_app

ARTICLES = "/v1/articles"
FIRST, LATER, LAST = "2026-03-03T10:40:00+00:00", "2026-03-03T20:40:00+00:00", "2026-03-03T22:00:00+00:00"
PICKUP = {
    "id": "courier",
    "source": "Tolvane Courier",
    "kind": "article",
    "published_at": "2026-03-03T12:20:00Z",
    "body": STORY,
}


def paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))


def nitf(article_id: str, version: int | None, time: str, body: str, status: str = "usable") -> tuple[str, str]:
    key = f'<du-key version="{version}"/>' if version is not None else ""
    document = (
        f'<nitf><head><docdata management-status="{status}"><doc-id regsrc="NW" id-string="{article_id}"/>{key}'
        f'<date.issue norm="{time}"/></docdata></head><body><body.content>{paragraphs(body)}</body.content></body>'
        "</nitf>"
    )
    return "application/nitf+xml", document


def newsml(article_id: str, version: int | None, time: str, body: str, status: str = "usable") -> tuple[str, str]:
    number = f' version="{version}"' if version is not None else ""
    created = f"<versionCreated>{time}</versionCreated>" if time else ""
    document = (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{article_id}"{number}><itemMeta>'
        f'<provider literal="Norwind"/>{created}<pubStatus qcode="stat:{status}"/></itemMeta><contentSet><inlineXML>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{paragraphs(body)}</body></html></inlineXML></contentSet>'
        "</newsItem>"
    )
    return "application/vnd.iptc.g2.newsitem+xml", document


def ninjs(article_id: str, version: int | None, time: str, body: str, status: str = "usable") -> tuple[str, str]:
    item = {"uri": article_id, "type": "text", "pubstatus": status, "body_text": body}
    item |= {"version": str(version)} if version is not None else {}
    item |= {"versioncreated": time} if time else {}
    return "application/ninjs+json", json.dumps(item)


FORMATS = {"NITF": nitf, "NewsML-G2": newsml, "ninjs": ninjs}
VERSIONS = {FIRST: (1, STORY), LATER: (2, STORY.replace("212", "214")), LAST: (3, STORY.replace("212", "215"))}


def send(client, document: tuple[str, str]) -> dict[str, Any]:
    response = client.post(ARTICLES, content=document[1].encode(), headers={"content-type": document[0]})
    assert response.status_code in {200, 201}, response.text
    return response.json()


def stored(client, article_id: str = "story") -> dict[str, Any]:
    return client.get(f"{ARTICLES}/{quote(article_id, safe='')}").json()


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_a_correction_does_not_make_the_thief_the_author(client, make):
    send(client, make("story", 1, FIRST, STORY))
    client.post(ARTICLES, json=PICKUP)

    correction = send(client, make("story", 2, LATER, STORY.replace("212", "214")))

    assert correction["report"]["decision"] == "new"
    assert [pickup["id"] for pickup in correction["report"]["pickups"]] == ["courier"]
    article = stored(client)
    assert article["published_at"] == "2026-03-03T10:40:00Z"
    assert article["revised_at"] == "2026-03-03T20:40:00Z"
    assert client.get(f"{ARTICLES}/courier/cluster").json()["original_id"] == "story"
    kill = send(client, make("story", 3, LAST, "KILL", "canceled"))
    assert [pickup["id"] for pickup in kill["pickups"]] == ["courier"]


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("order", list(permutations(VERSIONS)))
def test_the_earliest_time_counts_in_whatever_order_versions_come(client, make, order):
    for time in order:
        send(client, make("story", VERSIONS[time][0], time, VERSIONS[time][1]))

    article = stored(client)
    assert article["published_at"] == "2026-03-03T10:40:00Z"
    assert article["revised_at"] == "2026-03-03T22:00:00Z"
    assert "215" in article["body"]


def test_the_earliest_time_stays_through_put(client):
    body = {"body": STORY}
    client.put(f"{ARTICLES}/story", json=body | {"published_at": FIRST})
    client.put(f"{ARTICLES}/story", json={"body": STORY + " More.", "published_at": LATER})
    again = client.put(f"{ARTICLES}/story", json={"body": STORY + " More.", "published_at": LATER})
    untimed = client.put(f"{ARTICLES}/story", json={"body": STORY + " Most."})

    assert again.json()["version"] == 2  # the same content changes nothing
    assert untimed.json()["version"] == 3
    assert stored(client)["published_at"] == "2026-03-03T10:40:00Z"
    assert "revised_at" not in stored(client)
    client.put(f"{ARTICLES}/story", json=body | {"published_at": "2026-03-03T09:00:00Z"})
    assert stored(client)["published_at"] == "2026-03-03T09:00:00Z"


def test_what_was_read_can_be_sent_back(client):
    client.put(f"{ARTICLES}/story", json={"body": STORY, "published_at": FIRST})
    client.put(f"{ARTICLES}/story", json={"body": STORY + " More.", "published_at": LATER})
    article = {name: value for name, value in stored(client).items() if name not in {"version", "stored_at"}}

    assert client.put(f"{ARTICLES}/story", json=article).json()["version"] == 2


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_a_later_time_goes_before_a_lower_number_and_is_told(client, make):
    send(client, make("story", 1_542_761_538, FIRST, STORY))

    correction = send(client, make("story", 978_556_838, LATER, STORY.replace("212", "214")))

    assert correction["stored"] is True
    assert correction["warnings"] == [
        "version 978556838 is lower than 1542761538, and its time is later: its time counts"
    ]
    kill = send(client, make("story", 536_317_572, LAST, "KILL", "canceled"))
    assert (kill["withdrawn"], kill["outdated"]) == (True, False)
    assert send(client, make("story", 978_556_838, LATER, STORY))["stored"] is False
    assert send(client, make("story", 1_542_761_538, FIRST, STORY))["stored"] is False
    assert send(client, make("story", 1, "2026-03-03T23:00:00+00:00", STORY))["stored"] is True  # published anew


def test_a_kill_without_a_time_acts_whatever_its_number(client):
    send(client, ninjs("story", 3, LATER, STORY))

    kill = send(client, ninjs("story", 2, "", "KILL", "canceled"))

    assert (kill["withdrawn"], kill["outdated"]) == (True, False)
    assert send(client, ninjs("story", 3, LATER, STORY))["stored"] is False  # what the kill withdrew does not come back
    assert send(client, ninjs("story", 4, LAST, STORY))["stored"] is True


def test_a_later_publication_outlives_an_earlier_kill(client):
    send(client, ninjs("story", 1, LAST, STORY))

    kill = send(client, ninjs("story", 9, LATER, "KILL", "canceled"))

    assert (kill["withdrawn"], kill["outdated"]) == (False, True)
    assert stored(client)["body"] == STORY


def test_answers_without_oddities_have_no_warnings(client):
    receipt = send(client, ninjs("story", 1, FIRST, STORY))

    assert "warnings" not in receipt
    assert "warnings" not in receipt["report"]
    assert "warnings" not in client.post("/v1/check", json={"body": STORY}).json()


# Times without a zone


def test_a_time_without_a_zone_is_utc_and_the_answer_tells(client):
    receipt = send(client, nitf("story", 1, "20260303T104000", STORY))

    assert receipt["warnings"] == ["/nitf/head/docdata/date.issue/@norm (line 1): no time zone: read as UTC"]
    assert stored(client)["published_at"] == "2026-03-03T10:40:00Z"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"zone_by_source": {"nw": "Australia/Sydney"}}, "2026-03-03T10:40:00+11:00"),
        ({"zone_by_format": {"nitf": "Europe/Helsinki"}}, "2026-03-03T10:40:00+02:00"),
        (
            {"zone_by_source": {"NW": "Australia/Sydney"}, "zone_by_format": {"nitf": "Europe/Helsinki"}},
            "2026-03-03T10:40:00+11:00",
        ),
    ],
    ids=["source", "format", "both"],
)
def test_a_setting_gives_the_zone_of_a_source_or_format(settings, setting, expected):
    with TestClient(create_app(settings.model_copy(update=setting))) as client:
        receipt = send(client, nitf("story", 1, "20260303T104000", STORY))

        assert "warnings" not in receipt
        assert stored(client)["published_at"] == expected
        assert stored(client)["metadata"]["version_created"] == expected


# Strictness


def test_strict_refuses_what_would_be_told(client):
    document = ninjs("story", 1, "2026-03-03T10:40:00+0000", STORY)
    headers = {"content-type": document[0]}

    lenient = client.post(ARTICLES, content=document[1], headers=headers)
    strict = client.post(f"{ARTICLES}?strict=true", content=document[1], headers=headers)

    assert lenient.status_code == 201
    assert lenient.json()["warnings"] == [
        "/versioncreated: this must be a date and time with its offset, such as 2026-03-03T11:40:00Z"
    ]
    assert strict.status_code == 422
    assert strict.json()["errors"][0]["place"] == "/versioncreated"


# Takes of wire stories


def wire(number: int, keyword: str, body: str, clock: str = "1137") -> tuple[str, str]:
    lines = [f"nwa{number:03} 4 i 211 ccccb", "", f"{keyword}/", "Ferry aground =", "", *body.split("\n\n"), ""]
    return "text/vnd.iptc.7901", "\r\n".join([*lines, "nwa ab", f"03{clock} GMT Mar 26", ""])


def test_takes_become_one_story_in_versions(client):
    parts = STORY.split("\n\n")
    beginning, end = "\n\n".join(f"   {part}" for part in parts[:2]), "\n\n".join(f"   {part}" for part in parts[2:])
    first = send(client, wire(61, "Ferry", beginning))

    added = send(client, wire(64, "Ferry, 1st Add", end, "1150"))
    again = send(client, wire(64, "Ferry, 1st Add", end, "1150"))
    lead = send(client, wire(70, "Ferry, 1st Ld-Writethru", f"   {STORY[:500]}", "1230"))

    assert first["id"] == added["id"] == lead["id"] == "urn:iptc7901:nwa:20260303:ferry"
    assert (added["version"], again["version"], lead["version"]) == (2, 2, 3)
    assert stored(client, first["id"])["published_at"] == "2026-03-03T11:37:00Z"
    assert stored(client, first["id"])["metadata"]["version"] == "2"


def test_an_addition_goes_on_where_the_story_ends_whichever_comes_first(client):
    parts = STORY.split("\n\n")
    documents = [
        wire(61, "Ferry", "\n\n".join(f"   {part}" for part in parts[:2])),
        wire(64, "Ferry, 1st Add", "\n\n".join(f"   {part}" for part in parts[2:]), "1150"),
    ]
    for order in (documents, documents[::-1]):
        for document in order:
            receipt = send(client, document)
        assert stored(client, receipt["id"])["body"] == STORY
        client.delete(f"{ARTICLES}/{receipt['id']}")


def test_two_stories_of_one_keyword_do_not_overwrite_each_other(client):
    one = send(client, wire(61, "Briefs", "\n\n".join(f"   {part}" for part in STORY.split("\n\n"))))
    other = send(client, wire(62, "Briefs", "   Bells ring again in Brasseny after nine years of silence.", "1150"))

    assert one["id"] == "urn:iptc7901:nwa:20260303:briefs"
    assert other["id"] == "urn:iptc7901:nwa:20260303:062"
    assert stored(client, one["id"])["body"] == STORY
