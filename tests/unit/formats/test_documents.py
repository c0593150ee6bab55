"""Every field of every realistic document: where it comes from, and where it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from support.formats_documents import HEADLINE, STORY
from wirematch.formats.document import Status
from wirematch.models import Kind

CET = timezone(timedelta(hours=1))


def at(hour: int, minute: int = 0, second: int = 0, zone: timezone = UTC, micro: int = 0) -> datetime:
    return datetime(2026, 3, 3, hour, minute, second, micro, tzinfo=zone)


WIRE = {"headline": HEADLINE, "source": "Norwind", "kind": Kind.WIRE}
OUTLET = {"headline": HEADLINE, "source": "Tolvane Courier", "kind": Kind.ARTICLE}
WEB = {"url": "https://courier.example/2026/03/ferry", "published_at": at(8, 20, zone=CET)}
EMBARGO = {"embargoed": True, "embargoed_until": at(8)}
EMBARGO_KEPT = {"embargoed": True, "embargoed_until": "2026-03-03T08:00:00+00:00"}

# file -> fields of the document, of its article, and of the article's metadata
EXPECTED = {
    "ninjs-1.3.json": (
        {
            "format": "ninjs 1.3",
            "id": "urn:newsml:norwind.example:20260303:ferry",
            "version": "4",
            "version_created": at(7, 45, 30, CET),
            "urgency": 3,
            "edit_note": "UPDATES with the captain's words; picture follows.",
        }
        | EMBARGO,
        WIRE | {"published_at": at(5, 10), "language": "en-GB"},
        {"byline": "Ada Lund", "slugline": "ferry-aground", "version": "4", "urgency": 3}
        | {"version_created": "2026-03-03T07:45:30+01:00"}
        | EMBARGO_KEPT,
    ),
    "ninjs-1-undeclared.json": (
        {"format": "ninjs 1.x", "id": "tag:norwind.example,2026:ferry", "version": "2"},
        {"headline": HEADLINE, "published_at": at(6, 10, zone=CET), "source": None},
        {"byline": "Ada Lund"},
    ),
    "ninjs-2.1.json": (
        {
            "format": "ninjs 2.1",
            "id": "http://norwind.example/items/ferry",
            "version": "10",
            "version_created": at(6, 45, 30),
            "urgency": 2,
            "edit_note": "No picture.",
            "embargoed": False,
        },
        WIRE | {"published_at": at(5, 10), "language": "en"},
        {"byline": "Ada Lund, Coast desk", "slugline": "ferry-aground", "edit_note": "No picture."},
    ),
    "ninjs-3.2.json": (
        {
            "format": "ninjs 3.2",
            "id": "urn:newsml:norwind.example:20260303:ferry:3",
            "version": "1.10",
            "version_created": at(6, 45, 30, micro=250_000),
            "urgency": 1,
            "edit_note": "Third lead.",
        }
        | EMBARGO,
        WIRE | {"published_at": at(5, 10), "language": "en-GB"},
        {"byline": "Ada Lund", "slugline": "ferry-aground"} | EMBARGO_KEPT,
    ),
    "newsml-g2-item.xml": (
        {
            "format": "NewsML-G2 2.34",
            "id": "urn:newsml:norwind.example:20260303:g2ferry",
            "version": "7",
            "version_created": at(7, 45, 30, CET),
            "urgency": 3,
            "edit_note": "UPDATES with the captain's words.",
        }
        | EMBARGO,
        WIRE | {"published_at": at(6, 10, zone=CET), "language": "en-GB"},
        {"byline": "By Ada Lund", "slugline": "ferry-aground"} | EMBARGO_KEPT,
    ),
    "newsml-g2-nitf.xml": (
        {"id": "urn:newsml:norwind.example:20260303:g2nitf", "version": "2", "embargoed": False},
        WIRE,
        {"byline": "By Ada Lund"},
    ),
    "nitf-3.5.xml": (
        {
            "format": "NITF",
            "id": "NW0303-ferry",
            "version": "12",
            "version_created": at(6, 10, zone=CET),
            "urgency": 4,
            "edit_note": "UPDATES with the captain's words.",
        }
        | EMBARGO,
        WIRE | {"published_at": at(6, 10, zone=CET), "language": "en-GB"},
        {"byline": "By Ada Lund Coast desk", "slugline": "ferry-aground"} | EMBARGO_KEPT,
    ),
    "nitf-3.6.xml": (
        {"format": "NITF", "id": "NW0303-ferry", "version": "4", "version_created": None, "urgency": 5},
        {"headline": HEADLINE, "source": "norwind.example", "published_at": None},
        {"published_local": "20260303"},
    ),
    "article-graph.jsonld": (
        {
            "format": "NewsArticle in JSON-LD",
            "id": "https://courier.example/2026/03/ferry#article",
            "version": "3",
            "version_created": at(9, 5, zone=CET),
        },
        OUTLET | WEB | {"language": "en"},
        {"byline": "Rhoda Fenn"},
    ),
    "feed-atom.xml": (
        {"format": "feed atom10", "id": "tag:courier.example,2026:ferry", "version_created": at(9, 5, zone=CET)},
        OUTLET | WEB | {"language": "en", "source": "Coast Wire"},
        {"byline": "Rhoda Fenn"},
    ),
    "page.html": (
        {
            "format": "HTML",
            "id": "https://courier.example/2026/03/ferry#article",
            "version_created": at(9, 5, zone=CET),
        },
        OUTLET | WEB | {"language": "en"},
        {"byline": "Rhoda Fenn"},
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_field_comes_over(document, name):
    said, article, kept = EXPECTED[name]
    found = document(name)

    assert {field: getattr(found, field) for field in said} == said
    assert {field: getattr(found.article, field) for field in article} == article
    assert found.article.id == found.id
    assert found.article.metadata["format"] == found.format
    assert {key: found.article.metadata.get(key) for key in kept} == kept
    assert found.status is Status.USABLE
    assert not found.withdrawn
    assert "status" not in found.article.metadata


@pytest.mark.parametrize("name", EXPECTED)
def test_the_text_is_the_story_and_no_more(document, name):
    body = document(name).article.body
    if name == "nitf-3.5.xml":
        body = body.replace("—", "–")  # it writes the dash as an entity
    if name == "nitf-3.6.xml":
        body = body.removesuffix("\n\nSaint Bride built 1998\nSaint Orla built 2004")

    assert body == STORY


def test_what_is_said_twice_is_read_alike(document):
    """The same document yields the same article again, so storing it twice changes nothing."""
    for name in EXPECTED:
        assert document(name) == document(name)


def test_own_formats_are_left_alone(document):
    assert document("story.txt").article.body.rstrip("\n") == STORY
    assert document("article.json").article.metadata == {"desk": "coast"}
    assert document("article.json").id == "norwind-ferry"


@pytest.mark.parametrize(
    ("name", "document_id", "version"),
    [
        ("ninjs-3-kill.json", "urn:newsml:norwind.example:20260303:ferry:3", "2"),
        ("newsml-g2-kill.xml", "urn:newsml:norwind.example:20260303:g2ferry", "8"),
        ("nitf-kill.xml", "NW0303-ferry", None),
    ],
)
def test_a_kill_names_the_story_that_it_takes_back(document, name, document_id, version):
    kill = document(name)

    assert kill.withdrawn
    assert (kill.status, kill.id, kill.version) == (Status.CANCELED, document_id, version)
    assert kill.version_created is not None
    assert kill.edit_note
