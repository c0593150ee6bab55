"""News documents on the command line."""

from __future__ import annotations

import bz2
import gzip
import json

import pytest

from support.command_line import CommandLine
from support.formats_documents import DOCUMENTS, STORY
from wirematch.formats.packing import zstd
from wirematch.models import Article


@pytest.fixture
def wirematch(monkeypatch, capsys, redis_url, index_name) -> CommandLine:
    """Run the command on this test's index."""
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    monkeypatch.setenv("WIREMATCH_REDIS_URL", redis_url)
    monkeypatch.chdir(DOCUMENTS)
    return CommandLine(monkeypatch, capsys)


def test_files_of_every_format_are_added_in_one_go(wirematch):
    outcome = wirematch("add", "ninjs-2.1.json", "newsml-g2-message.xml", "feed-rss.xml", "page.html", "story.txt")

    assert (outcome.status, outcome.err) == (0, "")
    first, *rest = outcome.out.splitlines()
    assert first == "ninjs-2.1.json: stored as http://norwind.example/items/ferry, new"
    assert [line.partition(":")[0] for line in rest] == [
        *("newsml-g2-message.xml", "newsml-g2-message.xml"),
        *("feed-rss.xml", "feed-rss.xml", "page.html", "story.txt"),
    ]
    assert rest[0].endswith("duplicate of http://norwind.example/items/ferry")
    assert rest[1].endswith("20260303:msg2, new")
    assert rest[-1].endswith("duplicate of http://norwind.example/items/ferry")


def test_a_format_may_be_said(wirematch):
    kill = (DOCUMENTS / "ninjs-1.3.json").read_bytes()

    assert (
        "stored as urn:newsml:norwind.example:20260303:ferry, new"
        in wirematch("add", "--format", "ninjs", "-", stdin=kill).out
    )
    assert wirematch("add", "--format", "text", "-", stdin=b"<p>Four died.</p>").status == 0
    assert wirematch("check", "--format", "html", "page.html").out.startswith("Duplicate")


def test_a_kill_says_whom_to_warn(wirematch):
    wirematch("add", "newsml-g2-item.xml")
    wirematch("add", "page.html")
    again = wirematch("add", "newsml-g2-item.xml")
    outcome = wirematch("add", "newsml-g2-kill.xml")

    assert "stored as urn:newsml:norwind.example:20260303:g2ferry" in again.out
    assert outcome.out.replace("\n", "") == (
        "newsml-g2-kill.xml: urn:newsml:norwind.example:20260303:g2ferry withdrawn (canceled), "
        "pickups: https://courier.example/2026/03/ferry#article (Tolvane Courier)"
    )
    assert "but it was not stored" in wirematch("add", "newsml-g2-kill.xml").out


def test_a_kill_tells_machines_in_json(wirematch):
    wirematch("add", "nitf-3.5.xml", "page.html")
    answer = json.loads(wirematch("add", "--json", "nitf-kill.xml").out)

    assert (answer["withdrawn"], answer["status"]) == (True, "canceled")
    assert [pickup["source"] for pickup in answer["pickups"]] == ["Tolvane Courier"]


def test_an_older_version_changes_nothing_and_says_so(wirematch, tmp_path):
    older = tmp_path / "older.xml"
    older.write_bytes((DOCUMENTS / "newsml-g2-item.xml").read_bytes().replace(b'version="7"', b'version="6"'))
    wirematch("add", "newsml-g2-item.xml")

    assert "g2ferry is unchanged: this version or a newer one is stored" in wirematch("add", older).out


def test_the_source_is_for_documents_that_name_none(wirematch):
    wirematch("add", "--source", "Coast Wire", "ninjs-1-undeclared.json", "newsml-g2-item.xml")
    matches = json.loads(wirematch("check", "--json", "story.txt").out)["matches"]

    assert {source for match in matches for source in (match["source"],)} <= {"Coast Wire", "Norwind"}
    assert matches


def test_documents_are_compared_across_formats(wirematch):
    outcome = wirematch("compare", "--json", "page.html", "nitf-3.5.xml")

    assert json.loads(outcome.out)["relation"] == "copy"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "feed-rss.xml"), "feed-rss.xml holds 2 articles"),
        (("add", "newsml-g2-package.xml"), "newsml-g2-package.xml is not NewsML-G2 that can be compared: /packageItem"),
        (("check", "ninjs-3-kill.json"), "ninjs-3-kill.json is a withdrawal without a text"),
        (("add", "--format", "pdf", "story.txt"), "'pdf' is not a format; formats are text, json, ninjs"),
        (("add", "--format", "nitf", "story.txt"), "story.txt is not well-formed XML: line 1, column 1"),
        (("add", "story.txt", "no-such-file.xml"), "no-such-file.xml cannot be read"),
    ],
    ids=range(6),
)
def test_what_cannot_be_done_is_said_and_nothing_is(wirematch, arguments, said):
    outcome = wirematch(*arguments)

    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("wirematch: ")
    assert said in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    assert json.loads(wirematch("check", "--json", "-", stdin=STORY.encode()).out)["index"]["articles"] == 0


def test_bad_entries_are_left_out_and_told(wirematch):
    outcome = wirematch("add", "json-feed.json", "--json")

    assert outcome.status == 1
    assert [json.loads(line)["id"] for line in outcome.out.splitlines()] == [
        "https://courier.example/2026/03/ferry",
        "https://courier.example/2026/03/short",
    ]
    assert outcome.err.splitlines() == ["left out: json-feed.json, /items/2: it contains no text"]


def test_what_is_odd_is_noted_and_refused_when_strict(wirematch):
    loose, strict = wirematch("add", "superdesk.json"), wirematch("add", "superdesk.json", "--strict")

    assert loose.status == 0
    assert "  note: /versioncreated: this must be a date and time" in loose.out
    assert strict.status == 2
    assert strict.err.startswith("wirematch: superdesk.json is not valid ninjs 1.x: /")


def test_a_setting_gives_the_zone_and_a_source_its_own(wirematch, monkeypatch):
    monkeypatch.setenv("WIREMATCH_ZONE_BY_SOURCE", '{"norwind.example": "Australia/Sydney"}')
    monkeypatch.setenv("WIREMATCH_ZONE_BY_FORMAT", '{"json-story": "Europe/Berlin"}')
    wirematch("add", "wrapped-story.json")
    [story] = map(json.loads, wirematch("export").out.splitlines())

    assert story["published_at"] == "2026-03-03T06:10:00+01:00"
    monkeypatch.setenv("WIREMATCH_ZONE_BY_SOURCE", '{"Norwind": "Mars/Olympus"}')
    wrong = wirematch("add", "story.txt")
    assert (wrong.status, "is not an IANA time zone" in wrong.err) == (2, True)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, zstd.compress])
def test_a_packed_document_is_read_by_its_content(wirematch, tmp_path, pack):
    (tmp_path / "story.xml.gz").write_bytes(pack((DOCUMENTS / "nitf-3.5.xml").read_bytes()))
    (tmp_path / "cut.xml.gz").write_bytes(pack((DOCUMENTS / "nitf-3.5.xml").read_bytes())[:-20])

    assert "stored as NW0303-ferry" in wirematch("add", tmp_path / "story.xml.gz").out
    cut = wirematch("add", tmp_path / "cut.xml.gz")
    assert cut.status == 2
    assert "cut.xml.gz cannot be read: it ends early" in cut.err


def test_an_index_is_exported_as_lines_that_can_be_stored_again(wirematch):
    wirematch("add", "ninjs-2.1.json", "page.html", "story.txt")
    everything = [json.loads(line) for line in wirematch("export").out.splitlines()]

    assert len(everything) == 3
    assert all(Article.model_validate(article).id for article in everything)
    assert [article["source"] for article in map(json.loads, wirematch("export", "--kind", "article").out.splitlines())]
    [wire] = map(json.loads, wirematch("export", "--source", "Norwind").out.splitlines())
    assert wire["id"] == "http://norwind.example/items/ferry"
    assert wirematch("export", "--published-after", "2030-01-01T00:00:00Z").out == ""
    wrong = wirematch("export", "--published-after", "yesterday")
    assert (wrong.status, "--published-after" in wrong.err) == (2, True)


def test_a_charset_may_be_said(wirematch, tmp_path):
    (tmp_path / "story.txt").write_bytes(
        STORY.replace(".", ", sagte der B~rgermeister.", 1).encode("cp1252", "replace")
    )
    outcome = wirematch("add", "--charset", "iso646-de", "--json", tmp_path / "story.txt")
    article_id = json.loads(outcome.out)["id"]

    assert (outcome.status, outcome.err) == (0, "")
    assert "sagte der Bßrgermeister" in json.loads(wirematch("export").out)["body"]
    assert wirematch("check", "--charset", "iso646-de", "--json", tmp_path / "story.txt").out.count(article_id)
    assert "klingon" in wirematch("add", "--charset", "klingon", tmp_path / "story.txt").err


def test_what_two_files_are_written_in_may_be_said_whichever_command_compares_them(wirematch, tmp_path):
    german = "Auf der Brücke über die Aller standen am Montag fünf Fährschiffe, weil ein Kahn gegen den Pfeiler stieß. "
    (tmp_path / "old.dat").write_bytes((german * 3).translate(str.maketrans("äöüß", "{|}~")).encode("ascii"))
    (tmp_path / "new.dat").write_text(german * 3, encoding="utf-8")
    for command in ("compare", "explain"):
        said = [command, "--format", "text", "--charset", "iso646-de", "--json", tmp_path / "old.dat"]
        assert json.loads(wirematch(*said, tmp_path / "old.dat").out)["derivation"] == "wholly_derived"
        assert "klingon" in wirematch(command, "--charset", "klingon", tmp_path / "old.dat", tmp_path / "new.dat").err
        refused = wirematch(command, "--strict", "superdesk.json", "page.html")
        assert refused.status == 2
        assert wirematch(command, "superdesk.json", "page.html").status == 0


def test_a_check_looks_at_the_articles_that_are_asked_for(wirematch, tmp_path):
    text = "A gravel barge struck the harbour bridge in Averland on Monday, and four people died, the mayor said. " * 2
    for name, source in (("a", "Norwind"), ("b", None)):
        article = {"id": name, "kind": "wire", "source": source, "published_at": "2026-03-01T10:00:00Z"}
        (tmp_path / f"{name}.json").write_text(json.dumps(article | {"body": text}), encoding="utf-8")
        assert wirematch("add", tmp_path / f"{name}.json").status == 0
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")

    def found(*options: str) -> set[str]:
        told = json.loads(wirematch("check", "--json", *options, tmp_path / "text.txt").out)
        return {match["id"] for match in told["matches"]}

    assert found() == {"a", "b"}
    assert found("--source", "Norwind", "--kind", "wire") == {"a"}
    assert found("--source", "") == {"b"}
    assert found("--source", "", "--source", "Norwind") == {"a", "b"}
    assert found("--kind", "article") == found("--published-before", "2026-03-01T10:00:00Z") == set()
    assert found("--published-after", "2026-03-01T10:00:00Z") == {"a", "b"}
    assert "--published-after: it is not a time" in wirematch("check", "--published-after", "noon", "-", stdin=b"x").err
    year = wirematch("check", "--published-before", "2026", "-", stdin=b"x")  # a number would be seconds since 1970
    assert (year.status, "--published-before: a time is written as" in year.err) == (2, True)
