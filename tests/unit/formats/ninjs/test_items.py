"""IPTC's rules for ninjs, one by one; docs/formats.md lists them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from wirematch.errors import InvalidDocumentError
from wirematch.formats.ninjs.items import dialect_of, parse
from wirematch.formats.parse_options import ParseOptions
from wirematch.formats.registry import Format, read

TEXT = "Four people died when the harbour bridge fell."
ONE = {"$standard": {"version": "1.4"}, "uri": "urn:x:1", "body_text": TEXT}
TWO = {"standard": {"version": "2.0"}, "uri": "urn:x:1", "bodies": [{"value": TEXT}]}
THREE = {"standard": {"version": "3.0"}, "uri": "urn:x:1", "bodies": [{"value": TEXT}]}
BASES = {1: ONE, 2: TWO, 3: THREE}
ALL = (1, 2, 3)

NAMES = {
    "pubstatus": "pubStatus",
    "versioncreated": "versionCreated",
    "firstcreated": "firstCreated",
    "representationtype": "representationType",
    "embargoed": "embargoedUntil",
    "copyrightholder": "copyrightHolder",
    "ednote": "edNote",
    "infosources": "infoSources",
}


def spelt(dialect: int, name: str) -> str:
    if dialect == 3:
        return NAMES.get(name, name)
    return "infosource" if (dialect, name) == (1, "infosources") else name


def item(dialect: int, **fields: Any) -> dict[str, Any]:
    return BASES[dialect] | {spelt(dialect, name): value for name, value in fields.items()}


def faults_of(content: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidDocumentError) as refusal:
        read(json.dumps(content).encode(), Format.NINJS, parse_options=ParseOptions(strict=True))
    return {fault.place: fault.message for fault in refusal.value.faults}


@pytest.mark.parametrize("dialect", ALL)
def test_the_least_that_an_item_needs(dialect):
    (document,) = parse(json.dumps(item(dialect)).encode())

    assert (document.id, document.article.body) == ("urn:x:1", TEXT)


@pytest.mark.parametrize("dialect", ALL)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pubstatus", "cancelled"),
        ("pubstatus", "Usable"),
        ("pubstatus", 1),
        ("type", "story"),
        ("representationtype", "whole"),
        ("urgency", 0),
        ("urgency", 10),
        ("urgency", "3"),
        ("urgency", 2.5),
        ("urgency", True),
        ("version", 3),
        ("version", ["3"]),
        ("versioncreated", "2026-03-03"),
        ("versioncreated", "2026-03-03T11:40:00"),
        ("versioncreated", "2026-13-03T11:40:00Z"),
        ("versioncreated", 1_772_538_000),
        ("firstcreated", "yesterday"),
        ("embargoed", "2026-03-03 11:40"),
        ("embargoed", {}),
        ("expires", "soon"),
        ("language", 1),
        ("slugline", ["a"]),
        ("ednote", False),
        ("copyrightholder", {"name": "Norwind"}),
        ("infosources", {"name": "Norwind"}),
        ("uri", "no uri"),
        ("uri", ""),
        ("uri", 7),
    ],
)
def test_a_value_that_the_schema_does_not_allow_is_named_by_its_pointer(dialect, name, value):
    assert list(faults_of(item(dialect, **{name: value}))) == [f"/{spelt(dialect, name)}"]


@pytest.mark.parametrize("dialect", ALL)
def test_the_uri_is_required(dialect):
    content = item(dialect)
    del content["uri"]

    assert faults_of(content) == {"/uri": "Field required"}


@pytest.mark.parametrize("dialect", ALL)
def test_the_uri_may_be_a_bare_guid(dialect):
    guid = "6b1d2f0e-2f4c-4a55-9f0d-0c9f6f6f2a11"

    assert parse(json.dumps(item(dialect, uri=guid)).encode())[0].id == guid


@pytest.mark.parametrize("dialect", ALL)
def test_null_counts_as_absent(dialect):
    (document,) = parse(json.dumps(item(dialect, pubstatus=None, urgency=None, versioncreated=None)).encode())

    assert document.urgency is None


@pytest.mark.parametrize(
    ("dialect", "content", "place"),
    [
        (1, {"body_html": 7}, "/body_html"),
        (1, {"headline_sub": {}}, "/headline_sub"),
        (1, {"representationtype": "full"}, "/representationtype"),
        (2, {"representationtype": "complete"}, "/representationtype"),
        (1, {"associations": [{"uri": "urn:x:2"}]}, "/associations"),
        (1, {"associations": {"pic": {"type": "picture"}}}, "/associations/pic/uri"),
        (1, {"associations": {"a/b": {"uri": "urn:x:2", "urgency": 0}}}, "/associations/a~1b/urgency"),
        (2, {"associations": {"pic": {"uri": "urn:x:2"}}}, "/associations"),
        (2, {"associations": [{"uri": "urn:x:2"}]}, "/associations/0/name"),
        (3, {"associations": [{"name": "a", "uri": "urn:x:2"}, {"name": "b"}]}, "/associations/1/uri"),
        (3, {"associations": [{"name": "a", "uri": "urn:x:2", "pubStatus": "gone"}]}, "/associations/0/pubStatus"),
        (2, {"bodies": [{"value": TEXT}, {"role": "main"}]}, "/bodies/1/value"),
        (3, {"bodies": {"value": TEXT}}, "/bodies"),
        (3, {"bodies": [TEXT]}, "/bodies/0"),
        (3, {"headlines": [{"value": None}]}, "/headlines/0/value"),
        (2, {"bodies": [{"value": TEXT, "contenttype": 1}]}, "/bodies/0/contenttype"),
        (3, {"bodies": [{"value": TEXT, "contentType": 1}]}, "/bodies/0/contentType"),
        (3, {"standard": {"version": "3.1", "schema": "not a uri"}}, "/standard/schema"),
        (2, {"type": "event"}, "/type"),
    ],
    ids=range(19),
)
def test_what_one_dialect_asks_for(dialect, content, place):
    assert list(faults_of(BASES[dialect] | content)) == [place]


@pytest.mark.parametrize(
    ("dialect", "name", "right"),
    [
        (1, "pubStatus", "pubstatus"),
        (2, "pubStatus", "pubstatus"),
        (3, "pubstatus", "pubStatus"),
        (1, "embargoedUntil", "embargoed"),
        (3, "embargoed", "embargoedUntil"),
        (2, "versionCreated", "versioncreated"),
        (3, "versioncreated", "versionCreated"),
        (3, "PubStatus", "pubStatus"),
    ],
)
def test_a_kill_or_an_embargo_is_not_overlooked_for_its_spelling(dialect, name, right):
    assert faults_of(BASES[dialect] | {name: "canceled"}) == {
        f"/{name}": f"in ninjs {dialect}.x this is named {right!r}"
    }


@pytest.mark.parametrize("dialect", ALL)
def test_what_a_provider_adds_is_let_through(dialect):
    parse(json.dumps(item(dialect, priority=3, service=[{"code": "c"}], x_own={"a": [1]})).encode())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"standard": {"name": "ninjs", "version": "2.3"}}, (2, "2.3")),
        ({"$standard": {"schema": "http://www.iptc.org/std/ninjs/ninjs-schema_1.8.json#"}}, (1, "1.8")),
        ({"standard": {"schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.3.json"}}, (3, "3.3")),
        ({"pubStatus": "usable"}, (3, None)),
        ({"bodies": [{"value": "x", "contentType": "text/plain"}]}, (3, None)),
        ({"bodies": [{"value": "x", "contenttype": "text/plain"}]}, (2, None)),
        ({"headlines": [], "pubstatus": "usable"}, (2, None)),
        ({"associations": []}, (2, None)),
        ({"body_text": "x", "pubstatus": "usable"}, (1, None)),
        ({"standard": "2.0"}, (1, None)),
        ({}, (1, None)),
    ],
    ids=range(11),
)
def test_the_dialect_is_recognised(content, expected):
    assert dialect_of({"uri": "urn:x:1"} | content) == expected


@pytest.mark.parametrize(
    ("standard", "place"),
    [
        ({"name": "ninjs", "version": "4.0"}, "/standard/version"),
        ({"name": "NewsML-G2", "version": "2.34"}, "/standard/name"),
    ],
)
def test_another_standard_is_refused(standard, place):
    assert list(faults_of({"uri": "urn:x:1", "standard": standard})) == [place]


@pytest.mark.parametrize("dialect", ALL)
def test_without_a_body_there_is_nothing_to_compare(dialect, refused):
    content = {name: value for name, value in item(dialect, type="picture").items() if not name.startswith("bod")}

    assert "the document: a picture without a body" in str(refused(json.dumps(content), Format.NINJS))


def test_a_package_is_refused_with_a_way_out(refused):
    package = {"uri": "urn:x:1", "type": "composite", "associations": [{"name": "story", "uri": "urn:x:2"}]}

    assert "a composite without a body; send the items" in str(refused(json.dumps(package), Format.NINJS))


@pytest.mark.parametrize("dialect", ALL)
@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_withdrawal_needs_no_body(dialect, status):
    content = {name: value for name, value in item(dialect, pubstatus=status).items() if not name.startswith("bod")}
    (document,) = parse(json.dumps(content).encode())

    assert (document.withdrawn, document.id, document.article) == (True, "urn:x:1", None)


@pytest.mark.parametrize("more", [{"bodies": [{"value": "x" * 200_001}]}, {"headlines": [{"value": "x" * 2_001}]}])
def test_a_withdrawal_is_not_refused_for_its_text(more):
    (document,) = parse(json.dumps(THREE | {"pubStatus": "canceled"} | more).encode())

    assert (document.withdrawn, document.id, document.article) == (True, "urn:x:1", None)


def test_the_main_body_comes_first_and_a_plain_one_before_markup():
    bodies = [
        {"role": "teaser", "contentType": "text/plain", "value": "teaser"},
        {"role": "main", "contentType": "text/html", "value": "<p>marked <b>up</b></p>"},
        {"role": "main", "contentType": "text/plain", "value": "plain"},
    ]

    def body_of(chosen: list[dict[str, str]]) -> str:
        return parse(json.dumps(THREE | {"bodies": chosen}).encode())[0].article.body

    assert body_of(bodies) == "plain"
    assert body_of(bodies[:2]) == "marked up"
    assert body_of(bodies[:1]) == "teaser"
    assert body_of([{"role": "main", "value": " "}, bodies[0]]) == "teaser"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "is not ninjs: the document: this must be an object"),
        ("7", "is not ninjs: the document: this must be an object"),
        ("", "is not valid JSON: EOF while parsing a value at line 1 column 0"),
        ('{"uri": "urn:x:1", "body_text": "cut o', "is not valid JSON: EOF while parsing a string at line 1 column"),
        ('{"uri": "urn:x:1",\n "urgency": NaN}', "is not valid JSON: expected value at line 2 column 13"),
        ('{"uri": "a\\ud800"}', "is not valid JSON: "),
        ("[" * 100_000, "is not valid JSON: recursion limit exceeded at line 1 column"),
        (json.dumps(THREE).encode("utf-16"), "is not UTF-8: invalid start byte at byte 0"),
        (json.dumps(THREE | {"bodies": [{"value": "x" * 200_001}]}), "/bodies/0/value: String should have at most"),
        (json.dumps(THREE | {"headlines": [{"value": "x" * 2_001}]}), "/headlines/0/value: String should have at"),
        (json.dumps(THREE | {"edNote": "x" * 2_001}), "/edNote: String should have at most"),
        (json.dumps(THREE | {"by": "x" * 2_001}), "/by: "),
    ],
    ids=range(12),
)
def test_broken_items_are_refused_with_the_place(content, said, refused):
    assert said in str(refused(content, Format.NINJS))


@pytest.mark.parametrize("uri", [".", ".."])
def test_an_id_that_no_address_can_name_stands_under_its_hash(uri):
    (document,) = parse(json.dumps(THREE | {"uri": uri}).encode())

    assert document.id.startswith("urn:sha256:")
    assert document.article.metadata["document_id"] == uri


def test_an_id_that_is_too_long_to_store_stands_under_its_hash():
    long = "urn:newsml:norwind.example:" + "x" * 300
    (document,) = parse(json.dumps(THREE | {"uri": long}).encode())
    (again,) = parse(json.dumps(THREE | {"uri": long}).encode())
    (other,) = parse(json.dumps(THREE | {"uri": long + "y"}).encode())

    assert document.id == again.id != other.id
    assert document.id.startswith("urn:sha256:")
    assert document.article.metadata["document_id"] == long
