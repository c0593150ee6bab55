"""Documents as newsroom systems and wires send them: realistic in form, with made-up text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from support.formats_documents import DOCUMENTS, HEADLINE, STORY
from wirematch.errors import InvalidDocumentError
from wirematch.formats.document import Status
from wirematch.formats.json_story import stories, xml_stories
from wirematch.formats.json_story.shapes import shape_of, shapes
from wirematch.formats.json_text import load_json
from wirematch.formats.newsml import newsml_1
from wirematch.formats.parse_options import ParseOptions, Zones
from wirematch.formats.registry import Format, read, recognise
from wirematch.formats.safe_xml import parse_xml
from wirematch.models import Kind

CET, EST = timezone(timedelta(hours=1)), timezone(timedelta(hours=-5))


def at(hour: int, minute: int = 0, second: int = 0, zone: timezone = UTC) -> datetime:
    return datetime(2026, 3, 3, hour, minute, second, tzinfo=zone)


READ = {
    "superdesk.json": ("ninjs", "urn:newsml:desk.example:2026-03-03T06:10:00:ferry", "Norwind", "3", at(5, 10)),
    "newsml-1.2.xml": ("xml", "urn:newsml:norwind.example:20260303:TX-SKE-FERRY", "Norwind", "2", at(5, 10)),
    "iptc-7901.txt": ("iptc-7901", "urn:iptc7901:nwa:20260303:ferry-skerrin", None, "1", at(6, 10)),
    "anpa-1312.txt": ("anpa-1312", "urn:anpa1312:nw:20260303:ferry-skerrin", "NW", "2", at(1, 10, zone=EST)),
    "ap-media-item.json": ("json-story", "0f3c7d2e9b", "Norwind", "2", at(5, 10)),
    "dpa-digitalwires.json": (
        "json-story",
        "urn:newsml:norwind.example:20260303:260303-99-1",
        "dpa",
        "3",
        at(6, 10, zone=CET),
    ),
    "cp-publish.json": ("json-story", "cp-778", "The Canadian Press", "2", at(6, 10, zone=CET)),
    "wordpress.json": ("json-story", "https://courier.example/?p=17", None, None, at(7, 20)),
    "wrapped-story.json": ("json-story", "solita-9", "Norwind", None, at(6, 10)),
    "json-feed.json": (
        "json-story",
        "https://courier.example/2026/03/ferry",
        "Tolvane Courier",
        None,
        at(8, 20, zone=CET),
    ),
    "mail.eml": ("mail", "20260303.ferry@norwind.example", "Norwind Coast Desk", None, at(6, 10, zone=CET)),
}


@pytest.mark.parametrize("name", READ)
def test_headers_become_fields_and_the_text_is_the_story(documents, name):
    format_, document_id, source, version, published = READ[name]
    document = documents(name)[0]

    assert recognise((DOCUMENTS / name).read_bytes(), name) == format_
    assert (document.id, document.version) == (document_id, version)
    assert (document.article.source, document.article.published_at) == (source, published)
    assert document.article.headline == HEADLINE
    assert document.article.body == STORY


@pytest.mark.parametrize("name", [name for name in READ if not name.endswith(".xml")])
def test_they_are_recognised_without_a_name(name):
    content = (DOCUMENTS / name).read_bytes()

    assert recognise(content, "standard input") == READ[name][0]


def test_a_zone_is_that_of_the_source_or_the_format():
    content = (DOCUMENTS / "iptc-7901.txt").read_bytes().replace(b" GMT", b"")
    berlin = ParseOptions(Zones(by_format={"iptc-7901": "Europe/Berlin"}))

    assert read(content, Format.TEXT)[0].told == ["the end: no time zone: read as UTC"]
    (document,) = read(content, Format.TEXT, parse_options=berlin)
    assert document.article.published_at == at(6, 10, zone=CET)
    assert document.told == []


NEWSML = (DOCUMENTS / "newsml-1.2.xml").read_text(encoding="utf-8")


def test_newsml_1_says_its_embargo_and_urgency():
    (document,) = newsml_1.parse(NEWSML.encode())

    assert (document.format, document.urgency, document.embargoed) == ("NewsML 1.2", 3, True)
    assert (document.embargoed_until, document.version_created) == (at(8), at(6, 45, 30))
    assert document.article.metadata["byline"] == "Ada Lund"
    assert (document.article.language, document.article.kind) == ("en-GB", Kind.WIRE)


@pytest.mark.parametrize("status", ["Canceled", "Withheld"])
def test_newsml_1_takes_back(status):
    (document,) = newsml_1.parse(NEWSML.replace('FormalName="Embargoed"', f'FormalName="{status}"').encode())

    assert (document.withdrawn, document.status) == (True, Status(status.lower()))


def test_newsml_1_with_an_unknown_status_is_refused(refused):
    assert "Status" in str(refused(NEWSML.replace('"Embargoed"', '"Gone"'), Format.NEWSML_1))


def test_bad_items_of_newsml_1_leave_the_good_ones_alone():
    item = NEWSML[NEWSML.index(" <NewsItem") : NEWSML.index("</NewsML>")]
    picture = item[: item.index("<NewsComponent>")] + "</NewsItem>"
    found = newsml_1.parse(NEWSML.replace("</NewsML>", f"{picture}</NewsML>").encode())

    assert len(found) == 1
    assert found.refused[0].place.startswith("/NewsML/NewsItem[2]")


# JSON with a story in it


def test_a_feed_of_ap_gives_stories_and_kills_and_says_what_it_leaves():
    found = stories.parse((DOCUMENTS / "ap-media-feed.json").read_bytes())

    assert [(document.id, document.status.value) for document in found] == [("feed1", "usable"), ("feed3", "canceled")]
    assert [fault.place for fault in found.refused] == [
        "/data/items/1/item/type",
        "/data/items/2/item/renditions/nitf/href",
    ]
    assert "a picture is not a story" in found.refused[0].message
    assert "fetch it" in found.refused[1].message


def test_a_json_feed_keeps_its_good_entries():
    found = stories.parse((DOCUMENTS / "json-feed.json").read_bytes())

    assert [document.article.metadata.get("excerpt") for document in found] == [None, True]
    assert [fault.place for fault in found.refused] == ["/items/2"]


@pytest.mark.parametrize("wrapper", ["item", "items", "articles", "stories", "results"])
@pytest.mark.parametrize("many", [True, False])
def test_lists_and_objects_under_the_usual_names(wrapper, many):
    story = {
        "id": 7,
        "title": "Quay",
        "text": "<p>Four &amp; more died.</p>",
        "pubDate": "Tue, 03 Mar 2026 11:40:00 CET",
    }
    (document,) = stories.parse(json.dumps({wrapper: [story] if many else story}).encode())

    assert (document.id, document.article.headline, document.article.body) == ("7", "Quay", "Four & more died.")
    assert document.article.published_at == at(10, 40)


@pytest.mark.parametrize(("time", "expected"), [(1772534400, at(10, 40)), (1772534400000, at(10, 40)), ("x", None)])
def test_times_in_numbers(time, expected):
    (document,) = stories.parse(json.dumps({"text": "Four died.", "timestamp": time}).encode())

    assert document.article.published_at == expected


def test_raw_line_ends_in_json_are_read_and_told():
    (document,) = stories.parse(b'{"id": "a", "text": "One.\n\nTwo."}')

    assert document.article.body == "One.\n\nTwo."
    assert document.told == ["the document: raw control characters in its texts"]


def test_every_shape_has_a_document():
    met = set()
    for file in DOCUMENTS.glob("*.json"):
        value = load_json(file.read_bytes())
        if (shape := shape_of(value)) is not None:
            met.add(shape.name)
    for file in DOCUMENTS.glob("*.xml"):
        if xml_stories.is_story(root := parse_xml(file.read_bytes())):
            met.update(document.format for document in xml_stories.of_root(root))

    assert met == {shape.name for shape in shapes()}


# E-mail


def test_an_html_message_is_read_as_text():
    content = b"From: a@b.example\nDate: Tue, 03 Mar 2026 11:40:00 +0100\nContent-Type: text/html\n\n"
    content += b"<p>Four</p><p>died</p>"

    assert read(content, Format.MAIL)[0].article.body == "Four\n\ndied"


def test_a_text_with_a_colon_is_no_message():
    assert recognise(b"Note: the quay is closed.\n\nFrom: nobody", "a") is Format.TEXT
    assert recognise(b"From: x@y.example\nDate: today\nSubject: s\n\nBody.", "a") is Format.MAIL


def test_what_is_odd_about_a_newsrooms_item_is_told(documents):
    (document,) = documents("superdesk.json")

    assert [told.partition(":")[0] for told in document.told] == [
        "/associations/featuremedia/uri",
        "/uri",
        "/firstcreated",
        "/versioncreated",
    ] or {"/uri", "/versioncreated"} <= {told.partition(":")[0] for told in document.told}
    with pytest.raises(InvalidDocumentError):
        read((DOCUMENTS / "superdesk.json").read_bytes(), Format.NINJS, parse_options=ParseOptions(strict=True))


def test_an_event_is_told_from_a_story(refused):
    event = json.dumps({"guid": "a", "type": "event", "pubstatus": "usable", "body_html": "<p>x</p>"})

    assert "is an announcement and not a story" in str(refused(event, Format.NINJS))


@pytest.mark.parametrize("status", ["Canceled", "cancelled", "killed", "recalled"])
def test_a_withdrawal_is_read_in_any_spelling(status):
    item = json.dumps({"guid": "a", "pubStatus": status})

    assert read(item.encode(), Format.NINJS)[0].withdrawn
