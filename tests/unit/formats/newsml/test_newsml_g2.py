from __future__ import annotations

import io
from contextlib import redirect_stdout
from datetime import UTC, datetime

import pytest
from NewsMLG2 import NewsMLG2Document

from support.formats_documents import DOCUMENTS, HEADLINE
from wirematch.formats.newsml.newsml_g2 import parse
from wirematch.formats.registry import Format

ITEM = (DOCUMENTS / "newsml-g2-item.xml").read_text(encoding="utf-8")


def with_(old: str, new: str) -> str:
    assert old in ITEM
    return ITEM.replace(old, new, 1)


def test_a_message_brings_all_its_texts_and_leaves_the_picture_and_the_package(documents):
    first, second = documents("newsml-g2-message.xml")

    assert (first.id, first.version) == ("urn:newsml:norwind.example:20260303:msg1", "1")
    assert (second.id, second.version) == ("urn:newsml:norwind.example:20260303:msg2", "5")
    assert second.article.body.startswith("The harbour commission of Tolvane")
    assert "Brannock & Sons" in second.article.body
    assert "\n\nIts chair" in second.article.body


@pytest.mark.parametrize("name", ["newsml-g2-item.xml", "newsml-g2-nitf.xml", "newsml-g2-kill.xml"])
def test_iptcs_own_reader_finds_the_same(document, name):
    with redirect_stdout(io.StringIO()):  # it prints warnings about catalogues
        theirs = NewsMLG2Document((DOCUMENTS / name).read_bytes()).get_item()
    ours = document(name)

    assert ours.id == theirs.guid
    assert ours.version == theirs.version
    assert ours.status.value == str(theirs.itemmeta.pubstatus.qcode).removeprefix("stat:")
    assert ours.article.headline == str(theirs.contentmeta.headline[0])
    assert ours.article.language == theirs.contentmeta.language[0].tag
    assert ours.article.metadata["slugline"] == str(theirs.contentmeta.slugline[0])
    assert ours.urgency == int(str(theirs.contentmeta.urgency))


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (' guid="urn:newsml:norwind.example:20260303:g2ferry"', "", "/newsItem/@guid (line 2)", "must have a guid"),
        ('version="7"', 'version="seven"', "/newsItem/@version (line 2)", "whole number"),
        ("stat:usable", "stat:gone", "/newsItem/itemMeta/pubStatus (line 14)", "canceled, usable, withheld"),
        ('qcode="stat:usable"', "", "/newsItem/itemMeta/pubStatus (line 14)", "canceled, usable, withheld"),
        ("2026-03-03T08:00:00Z", "2026-03-03T08:00:00", "/newsItem/itemMeta/embargoed (line 13)", "no time zone"),
        ("<urgency>3<", "<urgency>11<", "/newsItem/contentMeta/urgency (line 18)", "less than or equal to 9"),
        ("<urgency>3<", "<urgency>high<", "/newsItem/contentMeta/urgency (line 18)", "valid integer"),
        ('tag="en-GB"', f'tag="{"e" * 36}"', "/newsItem/contentMeta/language/@tag (line 23)", "at most 35"),
    ],
    ids=range(8),
)
def test_what_is_wrong_is_named_by_path_and_line(refused, old, new, place, said):
    (fault,) = refused(with_(old, new), Format.NEWSML_G2).faults

    assert fault.place == place
    assert said in fault.message


def test_a_status_may_be_a_uri_and_is_usable_without_one():
    as_uri = with_('qcode="stat:usable"', 'uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"')

    assert parse(as_uri.encode())[0].status == "withheld"
    assert parse(with_('<pubStatus qcode="stat:usable"/>', "").encode())[0].status == "usable"


def test_an_empty_embargo_is_one_until_further_notice():
    (document,) = parse(with_("<embargoed>2026-03-03T08:00:00Z</embargoed>", "<embargoed/>").encode())

    assert (document.embargoed, document.embargoed_until) == (True, None)
    assert document.article.metadata["embargoed"] is True


def test_who_provides_it_is_a_name_or_else_a_literal_or_a_code():
    provider = '<provider qcode="nprov:NORWIND"><name>Norwind</name></provider>'

    for new, source in (
        ('<provider qcode="nprov:NORWIND"/>', "NORWIND"),
        ('<provider literal="norwind.example"/>', "norwind.example"),
        ('<provider uri="http://norwind.example/about"/>', "norwind.example"),
        ('<provider uri="http://cv.example/providers/NW"/>', "NW"),
        ("", None),
    ):
        assert parse(with_(provider, new).encode())[0].article.source == source


def test_a_time_without_a_zone_is_utc_and_told():
    (document,) = parse(with_("2026-03-03T06:10:00+01:00", "2026-03-03T06:10:00").encode())

    assert document.article.published_at == datetime(2026, 3, 3, 6, 10, tzinfo=UTC)
    assert document.told == ["/newsItem/itemMeta/firstCreated (line 12): no time zone: read as UTC"]
    assert document.zoneless == ("published_at",)


def test_inline_data_may_be_base64():
    data = (
        '<inlineData contenttype="text/plain" encoding="http://cv.iptc.org/newscodes/encoding/base64">{}</inlineData>'
    )
    before, _, rest = ITEM.partition("<contentSet>")
    after = rest.partition("</contentSet>")[2]

    def item_with(text: str) -> bytes:
        return f"{before}<contentSet>{data.format(text)}</contentSet>{after}".encode()

    assert parse(item_with("Rm91ciBkaWVkLg=="))[0].article.body == "Four died."
    for broken in ("Rm9", "/////w=="):
        with pytest.raises(Exception, match=r"/newsItem/contentSet/inlineData.*not base64"):
            parse(item_with(broken))


def test_a_picture_by_itself_brings_no_text(refused):
    before, _, rest = with_("ninat:text", "ninat:picture").partition("<contentSet>")
    picture = f'{before}<contentSet><remoteContent href="a.jpg"/></contentSet>{rest.partition("</contentSet>")[2]}'

    assert "/newsItem (line 2): it contains no text" in str(refused(picture, Format.NEWSML_G2))


def test_a_package_is_refused_with_a_way_out(refused):
    package = (DOCUMENTS / "newsml-g2-package.xml").read_bytes()

    assert "/packageItem (line 2): a package lists other items" in str(refused(package, Format.NEWSML_G2))
    assert "send its news items" in str(refused(package, Format.XML))


def test_a_message_without_a_text_is_refused(refused):
    def message(items: str) -> str:
        return f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{items}</itemSet></newsMessage>'

    picture = '<newsItem guid="p"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta></newsItem>'
    refusal = refused(message(f"{picture}<packageItem/><conceptItem/><foreign/>"), Format.NEWSML_G2)

    assert [fault.place for fault in refusal.faults] == [
        f"/newsMessage/itemSet/{name} (line 1)" for name in ("newsItem", "packageItem", "conceptItem", "foreign")
    ]
    assert "its class is picture" in refusal.faults[0].message
    assert "there is no item in it" in str(refused(message(""), Format.NEWSML_G2))


def test_the_second_bad_item_of_a_message_is_named(refused):
    message = (DOCUMENTS / "newsml-g2-message.xml").read_text(encoding="utf-8")

    (fault,) = refused(message.replace(' version="5"', ' version="x"'), Format.NEWSML_G2).faults

    assert fault.place.startswith("/newsMessage/itemSet/newsItem[3]/@version (line ")


def test_the_headline_falls_back_to_the_title():
    without = ITEM.replace(f"<headline>{HEADLINE}</headline>", "")
    (document,) = parse(without.replace("<pubStatus", "<title>Ferry</title><pubStatus").encode())

    assert document.article.headline == "Ferry"
