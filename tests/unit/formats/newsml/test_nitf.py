from __future__ import annotations

from datetime import UTC, datetime

import pytest

from support.formats_documents import DOCUMENTS
from wirematch.formats.document import Status
from wirematch.formats.newsml.nitf import parse
from wirematch.formats.registry import Format

STORY = (DOCUMENTS / "nitf-3.5.xml").read_text(encoding="utf-8")


def with_(old: str, new: str, story: str = STORY) -> str:
    assert old in story
    return story.replace(old, new, 1)


def test_a_doctype_is_accepted_and_its_entities_are_known_without_loading_it():
    assert "(Norwind) — The night ferry" in parse(STORY.encode())[0].article.body


def test_without_a_doctype_an_unknown_entity_is_an_error_with_its_place(refused):
    start = STORY.index("<!DOCTYPE")
    without = STORY[:start] + STORY[STORY.index(">", start) + 1 :]

    assert "Entity 'mdash' not defined" in str(refused(without, Format.NITF))
    assert refused(without, Format.NITF).faults[0].place.startswith("line ")


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ('"embargoed"', '"gone"', "/nitf/head/docdata/@management-status (line 6)", "usable, embargoed"),
        ("20260303T080000Z", "20260303", "/nitf/head/docdata/date.release/@norm (line 11)", "with its offset"),
        ('ed-urg="4"', 'ed-urg="0"', "/nitf/head/docdata/urgency/@ed-urg (line 9)", "greater than or equal to 1"),
        ('ed-urg="4"', 'ed-urg="flash"', "/nitf/head/docdata/urgency/@ed-urg (line 9)", "valid integer"),
    ],
)
def test_what_is_wrong_is_named_by_path_and_line(refused, old, new, place, said):
    (fault,) = refused(with_(old, new), Format.NITF).faults

    assert fault.place == place
    assert said in fault.message


def test_another_root_is_refused(refused):
    assert "/story (line 1): the root must be nitf" in str(refused("<story/>", Format.NITF))


def test_a_story_without_text_is_refused(refused):
    empty = "<nitf><head><docdata><doc-id id-string='a'/></docdata></head><body><body.content/></body></nitf>"

    assert "/nitf (line 1): " in str(refused(empty, Format.NITF))
    assert "it contains no text" in str(refused(empty, Format.NITF))


@pytest.mark.parametrize(
    ("status", "release", "expected"),
    [
        ("embargoed", "20260303T080000Z", (True, datetime(2026, 3, 3, 8, tzinfo=UTC))),
        ("embargoed", None, (True, None)),
        ("usable", "20260303T080000Z", (True, datetime(2026, 3, 3, 8, tzinfo=UTC))),  # after its issue
        ("usable", "20260303T040000Z", (False, None)),
        ("usable", "20260303", (False, None)),
        ("usable", None, (False, None)),
    ],
)
def test_an_embargo_is_said_by_the_status_or_by_a_later_release(status, release, expected):
    story = with_('"embargoed"', f'"{status}"')
    dated = '<date.release norm="20260303T080000Z"/>'
    story = with_(dated, f'<date.release norm="{release}"/>' if release else "", story)
    (document,) = parse(story.encode())

    assert (document.embargoed, document.embargoed_until) == expected
    assert document.status is Status.USABLE


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_kill_is_said_of_the_document_itself_or_of_another(status):
    own = with_('management-status="embargoed"', f'management-status="{status}"')
    other = with_('management-status="embargoed"', f'management-status="{status}" management-doc-idref="NW0302"')
    idref = with_('management-status="embargoed"', f'management-doc-idref="NW0302" management-idref-status="{status}"')

    for story, document_id in ((own, "NW0303-ferry"), (other, "NW0302"), (idref, "NW0302")):
        (document,) = parse(story.encode())
        assert (document.id, document.status.value) == (document_id, status)


def test_an_update_of_another_document_is_a_story_of_its_own():
    (document,) = parse(with_('management-status="embargoed"', 'management-doc-idref="NW0302"').encode())

    assert (document.id, document.withdrawn) == ("NW0303-ferry", False)
    assert document.article.metadata["updates"] == "NW0302"


def test_a_kill_without_an_id_is_refused(refused):
    story = "<nitf><head><docdata management-status='canceled'/></head><body/></nitf>"

    assert "a withdrawal must name the id" in str(refused(story, Format.NITF))


def test_the_version_is_the_dynamic_use_keys():
    assert parse(with_(' version="12"', "").encode())[0].version == "3"  # its generation


def test_a_latin_1_declaration_is_believed():
    story = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><nitf><body><body.content><p>Café</p></body.content></body></nitf>'
    )

    assert parse(story.encode("latin-1"))[0].article.body == "Café"
