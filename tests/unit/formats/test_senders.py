"""Documents in the shapes that agencies, content systems and crawlers send: only the story is read, and who said it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from support.formats_documents import DOCUMENTS, HEADLINE, STORY
from wirematch.errors import InvalidDocumentError
from wirematch.formats import mail
from wirematch.formats.json_story import stories
from wirematch.formats.markup import text_of_markup
from wirematch.formats.newsml import newsml_g2, nitf
from wirematch.formats.registry import Format, of_media_type, read, recognise
from wirematch.formats.wire import anpa_1312, iptc_7901

SIX_TEN = datetime(2026, 3, 3, 6, 10, tzinfo=UTC)
READ = {
    "iptc-7901-notes.txt": ("iptc-7901", "urn:iptc7901:nwa:20260303:ferry-skerrin", None, None, "By Ada Lund, Norwind"),
    "anpa-1312-carets.txt": ("anpa-1312", "urn:anpa1312:nw:20260303:ske-ferry-skerrin", "NW", None, "By ADA LUND"),
    "newsml-g2-page.xml": ("newsml-g2", "urn:newsml:norwind.example:20260303:ferry", "Norwind", "en", None),
    "newsml-g2-teletype.xml": ("newsml-g2", "urn:newsml:norwind.example:20260303:ferry", "Norwind", "en", None),
    "nitf-versions.xml": ("nitf", "ferry-d9cde75b", "Norwind", "en-GB", "Ada Lund"),
    "newsml-1-parts.xml": ("newsml-1", "urn:newsml:norwind.example:20260303:TX-SKE-FERRY", "Norwind", "en", None),
    "newsml-1-nitf.xml": ("newsml-1", "urn:newsml:norwind.example:20260303:TX-SKE-FERRY", "Norwind", "en", None),
    "rbnews.xml": ("xml", "9a6955fc", "norwind", None, "Ada Lund"),
    "cp-publish.xml": ("xml", "i65005", "Norwind", None, "Ada Lund"),
    "arc-ans.json": ("json-story", "KRC4", "Norwind", "en", "Ada Lund"),
    "apple-news.json": ("json-story", "ferry-1", None, "en", "Ada Lund"),
    "contentful.json": ("json-story", "ferry1", None, "en", "Ada Lund"),
    "portable-text.json": ("json-story", "ferry1", None, "en", "Ada Lund"),
    "editor-js.json": ("json-story", "ferry1", None, "en", "Ada Lund"),
    "json-api.json": ("json-story", "6f0d", None, "en", None),
    "wordpress-list.json": ("json-story", "https://courier.example/?p=17", None, None, "Ada Lund"),
    "mail-flowed.eml": ("mail", "20260303.ferry@skerrin.example", "Skerrin Press Office", "en", None),
    "feed-turbo.xml": ("feed", "ferry-1", "Tolvane Courier", "en", "Ada Lund"),
    "page-amp.html": ("html", "https://courier.example/ferry", "Tolvane Courier", "en", "Ada Lund"),
}


@pytest.mark.parametrize("name", READ)
def test_only_the_story_is_read_and_who_said_it(name):
    content = (DOCUMENTS / name).read_bytes()
    format_, document_id, source, language, byline = READ[name]
    assert recognise(content, "standard input") == format_

    (document,) = read(content, Format(format_))

    assert document.article.body == STORY
    assert document.article.headline == HEADLINE
    assert (document.id, document.article.source, document.article.language) == (document_id, source, language)
    assert (document.article.metadata or {}).get("byline") == byline
    assert document.article.published_at == SIX_TEN


IPTC = (DOCUMENTS / "iptc-7901-notes.txt").read_text(encoding="utf-8")


def test_a_marker_above_the_headline_says_which_version_it_is():
    (document,) = iptc_7901.parse(IPTC.encode())

    assert (document.version, document.edit_note) == ("2", "REFILE 1ST LEAD")
    assert iptc_7901.parse(IPTC.replace("1ST LEAD", "3RD LEAD").encode())[0].version == "4"
    assert iptc_7901.parse(IPTC.replace("1ST LEAD\n", "").encode())[0].version == "1"


def test_a_headline_in_capitals_is_no_marker():
    (document,) = iptc_7901.parse(IPTC.replace(HEADLINE, "FERRY RUNS AGROUND\nOFF SKERRIN ISLANDS").encode())

    assert document.article.headline == "FERRY RUNS AGROUND OFF SKERRIN ISLANDS"


def test_a_keyword_may_stand_above_an_empty_line():
    head = IPTC.index("Ferry/Skerrin/"), IPTC.index("By Ada Lund")
    other = (
        IPTC[: head[0]] + f"Ferry Skerrin\n\nFerry Skerrin: \n{HEADLINE} = \n\n" + IPTC[head[1] :].partition("\n")[2]
    )
    (document,) = iptc_7901.parse(other.replace("nwa al rmo hct rmo", "(NWA\\/al ts)").encode())

    assert (document.article.headline, document.article.body) == (HEADLINE, STORY)
    assert document.article.metadata["slugline"] == "Ferry Skerrin"


def test_notes_above_a_text_of_anpa_are_no_headline():
    (document,) = anpa_1312.parse((DOCUMENTS / "anpa-1312-carets.txt").read_bytes())

    assert (document.version, document.edit_note) == ("2", "Eds: Updates. With photos.")


def test_a_headline_without_a_caret_ends_with_a_plus():
    lines = STORY.split("\n\n")
    text = "a0105NWAnwnw-\nu s BC-Ferry   03-03 0344\nBC-Ferry\n" + HEADLINE + "+\n"
    text += "\n".join(f"     {line}" for line in lines) + "\n==Norwind\nNWS-21:37-03-03-26\n"
    (document,) = anpa_1312.parse(text.encode())

    assert (document.article.headline, document.article.body) == (HEADLINE, STORY)


G2 = (DOCUMENTS / "newsml-g2-page.xml").read_text(encoding="utf-8")


def test_a_header_that_holds_the_story_is_read():
    story = G2[G2.index('<section class="main">') : G2.index("</section>")].replace(
        '<section class="main">', "<header>"
    )
    content = G2[: G2.index("<header>")] + story + "</header>" + G2[G2.index("</body>") :]

    assert newsml_g2.parse(content.encode())[0].article.body == STORY


def test_the_layout_of_a_document_makes_no_paragraphs():
    one = "<p>Divers would look\n          at the hull\n          at low water.</p>"
    content = G2[: G2.index("<header>")] + one + G2[G2.index("</body>") :]

    assert newsml_g2.parse(content.encode())[0].article.body == "Divers would look at the hull at low water."


NITF = (DOCUMENTS / "nitf-versions.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("found", "read_as"), [("ferry-d9cde75b-x7", "ferry-d9cde75b-x7"), ("other_47", "other_47")])
def test_an_id_that_does_not_end_with_a_version_is_left_alone(found, read_as):
    assert nitf.parse(NITF.replace("ferry-d9cde75b_47", found).encode())[0].id == read_as


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><table><tr><td>a</td><td>1</td></tr></table><p>Two.</p>", "One.\n\nTwo."),
        ("<table><tr><td>One.</td></tr><tr><td>Two.</td></tr></table>", "One.\nTwo."),  # of layout
        ("<table><tr><td>a</td><td>1</td></tr></table>", "a 1"),  # nothing else
        ("<p>One.</p>[caption id='a' width='3']<img src='x'/> The ship[/caption]<p>Two.</p>", "One.\n\nTwo."),
        ("<p>One [sic] two.</p>", "One [sic] two."),
        ("<p>One.</p><blockquote class='twitter-tweet'>Post</blockquote><p>Two.</p>", "One.\n\nTwo."),
    ],
)
def test_what_systems_put_into_a_text_is_no_part_of_it(markup, text):
    assert text_of_markup(markup) == text


CHINESE = "阿弗兰港口大桥周一晚间关闭，此前一艘满载砾石的驳船撞上了其中一座桥墩。市长表示没有人员受伤。"
PARAGRAPHS = STORY.split("\n\n")


@pytest.mark.parametrize(
    ("markup", "story"),
    [
        (f"<p>首页</p><table><tr><td>菜单</td><td><p>{CHINESE}</p></td></tr></table>", CHINESE),
        (f"<p>{CHINESE}</p><table><tr><td>一月</td><td>3</td></tr></table>", CHINESE),
        (f"<p>She wrote:</p><blockquote class='twitter-tweet'><p>{PARAGRAPHS[0]}</p></blockquote>", PARAGRAPHS[0]),
        (f"<p>Results:</p><table>{'<tr><td>Tolvane</td><td>3</td><td>1</td></tr>' * 10}</table>", "Tolvane 3 1"),
    ],
    ids=["a layout in a script without blanks", "a table beside it", "a post that is the story", "results alone"],
)
def test_a_story_is_not_taken_for_what_systems_put_into_it(markup, story):
    text = text_of_markup(markup)

    assert story in text
    assert "一月" not in text


def test_a_post_that_holds_most_of_a_page_is_its_story():
    post = "".join(f"<p>{part}</p>" for part in PARAGRAPHS)
    page = "<html><body><article><h1>Quote</h1><p>The captain wrote on Tuesday, after the ferry had run aground:</p>"
    page += f"<blockquote class='twitter-tweet'>{post}</blockquote></article></body></html>"

    assert PARAGRAPHS[1] in read(page.encode(), Format.HTML)[0].article.body


@pytest.mark.parametrize("heading", ["", f"<h1>{HEADLINE}</h1>"])
def test_an_alert_that_repeats_its_headline_has_a_text(heading):
    content = f"{G2[: G2.index('<header>')]}{heading}<p>{HEADLINE}</p>{G2[G2.index('</body>') :]}"

    assert newsml_g2.parse(content.encode())[0].article.body == HEADLINE


def test_a_short_headline_in_capitals_above_a_byline_is_no_marker():
    (document,) = iptc_7901.parse(IPTC.replace(f"REFILE\n1ST LEAD\n{HEADLINE}", "FLOOD WARNING").encode())

    assert (document.article.headline, document.article.metadata["byline"]) == (
        "FLOOD WARNING",
        "By Ada Lund, Norwind",
    )


def test_asterisks_divide_a_story():
    second = f"\n\n* * * *\n\n{PARAGRAPHS[1]}"
    (document,) = iptc_7901.parse(IPTC.replace("\n\n# Notebook", f"{second}\n\n# Notebook").encode())

    assert document.article.body.endswith(PARAGRAPHS[1])
    assert iptc_7901.parse(IPTC.replace("# Notebook", "# nwa-Notebook").encode())[0].article.body == STORY


SIGNED = "-- \nNorwind desk\n+49 30 1234\n"
MAIL = "From: Norwind <desk@norwind.example>\nDate: Tue, 3 Mar 2026 11:40:00 +0100\n"
MAIL += "Content-Type: text/plain; charset=utf-8\n\n"


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (f"{STORY}\n{SIGNED}", STORY),
        (f"{STORY}\n{SIGNED.replace('-- ', '--')}", STORY),
        (f"{STORY}\n\n--\n\n{STORY}\n\n--\n\nOne.\n", f"{STORY}\n\n--\n\n{STORY}\n\n--\n\nOne."),
        (f"{STORY}\n\n--\n\n{STORY}\n{SIGNED}", f"{STORY}\n\n--\n\n{STORY}"),
        (f"Norwind\n-- \n{STORY}\n", f"Norwind\n-- \n{STORY}"),
    ],
    ids=["signature", "its blank is lost", "digest", "digest with a signature", "above the story"],
)
def test_a_signature_is_left_out_and_no_story(text, read_as):
    assert mail.parse((MAIL + text).encode())[0].article.body == read_as


@pytest.mark.parametrize("media_type", ["application/vnd.api+json", "application/hal+json"])
def test_types_of_json_for_apis(media_type):
    assert of_media_type(media_type)[0] is Format.JSON_STORY


@pytest.mark.parametrize(("said", "withdrawn"), [("true", True), ("false", False)])
def test_an_annulment_withdraws(said, withdrawn):
    content = (DOCUMENTS / "rbnews.xml").read_text(encoding="utf-8").replace("false</Annuleret>", f"{said}</Annuleret>")

    assert read(content.encode(), Format.XML)[0].withdrawn is withdrawn


def test_xml_of_an_unknown_kind_is_refused_and_no_text():
    content = b'<?xml version="1.0"?><urlset><url><loc>https://courier.example/ferry</loc></url></urlset>'
    assert recognise(content, "standard input") is Format.XML

    with pytest.raises(InvalidDocumentError, match="the root must be one of"):
        read(content, Format.XML)


def test_blocks_of_other_kinds_are_left_out():
    block = {"type": "pullquote", "text": "Left out"}
    value = {"id": "a", "content_elements": [{"type": "text", "content": "One."}, block]}
    (document,) = stories.parse(json.dumps(value).encode())

    assert document.article.body == "One."


def test_blocks_within_blocks():
    inner: dict = {"type": "text", "content": "One."}
    for _ in range(60):
        inner = {"type": "container", "components": [inner]}

    assert stories.parse(json.dumps({"components": [inner]}).encode())[0].article.body == "One."


def test_mail_that_was_wrapped_for_sending_has_its_paragraphs_again():
    lines = [
        "The ferry line said that divers would look at the hull at low water and",
        "that its second ship would sail.",
    ]
    more = ["It is the third failure of this kind since the ship came back from the yard"]
    more += ["in November. The harbour commission will hear the engineers of the line", "on Friday."]
    content = "From: a@b.example\nDate: Tue, 03 Mar 2026 06:10:00 +0000\nContent-Type: text/plain\n\n"
    (document,) = mail.parse((content + "\n".join(lines) + "\n\n" + "\n".join(more)).encode())

    assert document.article.body == " ".join(lines) + "\n\n" + " ".join(more)


def test_short_lines_of_mail_stay():
    content = "From: a@b.example\nDate: Tue, 03 Mar 2026 06:10:00 +0000\nContent-Type: text/plain\n\n"
    text = "Results:\nSaint Bride 4\nSaint Orla 2\nBrannock 1\nTolvane 0"

    assert mail.parse((content + text).encode())[0].article.body == text
