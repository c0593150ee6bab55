"""Pages without a browser: what they refuse, what their files hold, and that nothing is found that is not there."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from threading import current_thread
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from bench.data import load_judged
from support.waiting import PATIENCE_SECONDS
from wirematch.api.pages import attribution, desk, evidence, pdf_maker, story
from wirematch.app import create_app
from wirematch.cli import app as command
from wirematch.models import Derivation

DOCUMENTS = Path(__file__).parents[2] / "documents"


@pytest.fixture
def client(client):
    """As a browser: its forms say which page they come from."""
    client.headers["origin"] = "http://testserver"
    return client


@pytest.fixture
def loaded(client):
    answer = client.post("/samples", follow_redirects=False)
    assert answer.status_code == 303
    return client


def check(client, **form) -> str:
    answer = client.post("/", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles/nobody", 404),
        ("/articles/nobody/against/nothing", 404),
        ("/articles/nobody/sources", 404),
        ("/checks/00000000000000000000000000000000", 404),
        ("/checks/%3Cscript%3E/against/x", 404),
        ("/articles?kind=poem", 422),
        ("/articles?after=yesterday", 422),
        ("/articles?before=9999-12-31", 422),
        ("/desk?within=9y", 422),
        ("/review?offset=-1", 422),
    ],
)
def test_what_goes_wrong_is_told_by_a_page(client, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/articles?after=yesterday", "The request is not valid"),
        ("/checks/00000000000000000000000000000000", "No such check"),
    ],
)
def test_what_went_wrong_is_the_title_of_the_page(client, path, title):
    assert f"<h1>{title}</h1>" in client.get(path).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "There is no text in it"),
        ({"text": " \n "}, "There is no text in it"),
        ({"text": '{"body": 3}'}, "valid string"),
        ({"text": "Rain fell.", "published_at": "noon"}, "is no time"),
        ({"text": "x" * 200_001}, "200000"),
    ],
)
def test_what_cannot_be_checked_is_said_where_it_was_typed(client, form, said):
    answer = client.post("/", data=form)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert form.get("text", "").strip()[:20].replace('"', "&#34;") in answer.text


@pytest.mark.parametrize("name", ["page.html", "ninjs-3.2.json", "newsml-g2-item.xml", "nitf-3.6.xml", "story.txt"])
def test_a_file_in_any_format_is_checked(client, name):
    content = (DOCUMENTS / name).read_bytes()
    answer = client.post("/", files={"file": (name, content)}, follow_redirects=False)

    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


def test_a_feed_of_several_articles_is_refused(client):
    answer = client.post("/", files={"file": ("feed-rss.xml", (DOCUMENTS / "feed-rss.xml").read_bytes())})

    assert answer.status_code == 422
    assert "and one is expected" in answer.text


def test_a_form_on_another_site_does_nothing(client):
    for path in ("/", "/samples", "/articles/a/against/b"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}, {"Origin": "null"}):
            answer = client.post(path, data={"text": "Rain fell."}, headers=headers)
            assert answer.status_code == 403
            assert answer.headers["content-type"].startswith("text/html")
    assert "Nothing is stored yet" in client.get("/").text


def test_an_article_that_was_checked_is_not_stored(loaded, stories):
    location = check(loaded, text=stories["strait-accord"]["rewrite"]["body"])

    assert "A rewrite" in loaded.get(location).text
    assert loaded.get("/v1/articles/strait-accord-rewrite").status_code == 404
    assert check(loaded, text=stories["strait-accord"]["rewrite"]["body"]) == location


def test_a_report_of_the_same_event_is_shown_beside_the_story_that_nothing_was_taken_from(loaded, stories):
    location = check(loaded, text=stories["quillern-layoffs"]["independent"]["body"])
    shown = loaded.get(location).text

    assert "Nothing taken" in shown
    assert "Stories on the same event" in shown
    addresses = set(re.findall(rf'href="({location}/against/[\w-]+)"', shown))
    assert 0 < len(addresses) <= 3
    for address in addresses:
        evidence = loaded.get(address).text
        assert "reports the same event" in evidence
        assert "redited" not in evidence.split("<h1>")[0]  # who took nothing owes no credit
    assert "same event" not in loaded.get(check(loaded, text="A lighthouse went dark for twelve nights. " * 9)).text


def test_an_article_without_a_time_did_not_come_at_one(loaded, stories):
    shown = loaded.get(check(loaded, text=stories["strait-accord"]["rewrite"]["body"])).text

    assert ">lead time unknown<" in shown


def test_who_took_from_a_checked_article_is_shown_the_right_way_round(loaded, stories):
    wire = stories["strait-accord"]["wire"]
    location = check(loaded, text=wire["body"], published_at=wire["published_at"], source="Somebody Else")
    shown = loaded.get(location).text

    assert "Published later, and derived from it" in shown
    turned = loaded.get(f"{location}/against/strait-accord-copy?turned=1")
    assert "Eastern Gazette" in turned.text.split("<h1>")[1].split("</h1>")[0]
    assert "story by Somebody Else" in turned.text


def test_ids_of_every_kind_have_pages(client, stories):
    for name in ("https://a.example/b?c=d#e", "é ü/against/x", "100%", "a&b"):
        client.put(f"/v1/articles/{quote(name, safe='')}", json=stories["amber-lamps"]["wire"] | {"id": name})
        page = client.get(f"/articles/{quote(name, safe='')}")
        assert page.status_code == 200
        assert "Amber night lamps" in page.text
        assert client.get(f"/articles/{quote(name, safe='')}/against/{quote(name, safe='')}").status_code == 200
    listed = client.get("/articles").text
    assert f"/articles/{quote('https://a.example/b?c=d#e', safe='')}" in listed


def test_an_article_without_a_time_is_not_its_own_source(client, stories):
    for kind in ("wire", "copy"):
        article = {name: value for name, value in stories["amber-lamps"][kind].items() if name != "published_at"}
        client.post("/v1/articles", json=article)
    page = client.get("/articles/amber-lamps-copy").text

    assert "/articles/amber-lamps-copy/against/amber-lamps-wire" in page
    assert "/against/amber-lamps-copy" not in page.split("What it derives from")[1]


def test_versions_of_one_source_are_listed_with_what_changed(client, stories):
    wire = stories["amber-lamps"]["wire"]
    later = wire | {
        "id": "amber/2",
        "body": wire["body"].replace("Researchers", "Doctors and researchers"),
        "published_at": "2026-07-22T12:00:00+02:00",
    }
    for article in (wire, later):
        client.post("/v1/articles", json=article)

    address = "/articles/amber%2F2/since/amber-lamps-wire"
    for name in ("amber-lamps-wire", "amber%2F2"):
        assert f'href="{address}"' in client.get(f"/articles/{name}").text
    changes = client.get(address).text
    assert "<ins>Doctors and researchers</ins>" in changes
    assert "<del>Researchers</del>" in changes
    assert "3 words added, 1 word removed." in changes


@pytest.mark.parametrize(
    ("module", "view", "path"),
    [
        (evidence, "view_evidence", "/articles/harbour-bridge-copy/against/harbour-bridge-wire?as=html"),
        (evidence, "view_evidence", "/articles/harbour-bridge-copy/against/harbour-bridge-wire"),
        (attribution, "view_attribution", "/articles/harbour-bridge-copy/sources"),
        (story, "view_story", "/articles/harbour-bridge-copy"),
        (story, "view_changes", "/articles/harbour-bridge-copy/since/harbour-bridge-wire"),
    ],
)
def test_a_page_of_whole_texts_is_made_where_texts_are_compared(loaded, stories, monkeypatch, module, view, path):
    for kind in ("wire", "copy"):
        loaded.put(f"/v1/articles/harbour-bridge-{kind}", json=stories["harbour-bridge"][kind])
    threads = []
    make = getattr(module, view)
    monkeypatch.setattr(module, view, lambda *args, **kw: threads.append(current_thread().name) or make(*args, **kw))

    assert loaded.get(path).status_code == 200
    assert [name.startswith("compare") for name in threads] == [True]


def test_pickups_are_the_same_in_files(loaded):
    told = loaded.get("/articles/harbour-bridge-wire?as=json").json()
    rows = list(csv.DictReader(io.StringIO(loaded.get("/articles/harbour-bridge-wire?as=csv").text)))

    assert told == loaded.get("/v1/articles/harbour-bridge-wire/pickups?limit=100").json()
    assert [row["id"] for row in rows] == [one["id"] for one in told["pickups"]]
    assert {row["credited"] for row in rows} == {"yes", "no"}


def test_judgements_are_pairs_for_the_bench(loaded, stories, tmp_path):
    location = check(loaded, text=stories["strait-accord"]["rewrite"]["body"])
    for path, verdict in (
        ("/articles/harbour-bridge-copy/against/harbour-bridge-wire", "wholly_derived"),
        (f"{location}/against/strait-accord-wire", "partially_derived"),
    ):
        answer = loaded.post(path, data={"verdict": verdict, "note": "a <b>note</b>"}, follow_redirects=False)
        assert answer.headers["location"] == f"{path}#review"
    assert "a &lt;b&gt;note&lt;/b&gt;" in loaded.get("/review").text

    (tmp_path / "judged.jsonl").write_text(loaded.get("/review?as=jsonl").text, encoding="utf-8")
    judged = load_judged(tmp_path)
    assert {one.derivation for one in judged} == {Derivation.WHOLLY, Derivation.PARTIALLY}
    assert stories["strait-accord"]["rewrite"]["body"] in {one.first for one in judged}
    assert loaded.post(path, data={"verdict": "perhaps"}).status_code == 422


def test_the_desk_counts_pickups_of_wires_by_others_once(loaded, monkeypatch):
    monkeypatch.setattr(desk, "SECONDS", PATIENCE_SECONDS)  # a loaded machine would leave some for the next look
    rows = list(csv.DictReader(io.StringIO(loaded.get("/desk?as=csv").text)))
    pairs = [(row["story_id"], row["article_id"]) for row in rows]

    assert len(pairs) == len(set(pairs)) == 13
    assert all(row["agency"] != row["outlet"] for row in rows)
    assert all(story.endswith("-wire") for story, _ in pairs)
    assert rows == list(csv.DictReader(io.StringIO(loaded.get("/desk?as=csv&within=30d").text)))


def test_a_wire_that_comes_late_has_its_pickups_on_the_desk(client, stories):
    for kind in ("copy", "wire"):
        client.post("/v1/articles", json=stories["amber-lamps"][kind])

    [row] = csv.DictReader(io.StringIO(client.get("/desk?as=csv").text))
    assert (row["story_id"], row["article_id"]) == ("amber-lamps-wire", "amber-lamps-copy")


def test_a_digest_is_the_desk_as_a_file(loaded, settings, tmp_path, monkeypatch):
    monkeypatch.setenv("WIREMATCH_INDEX", settings.index)
    options = ["digest", "--redis-url", settings.redis_url]
    table = CliRunner().invoke(command, [*options, "--format", "csv"])
    page = tmp_path / "digest.html"
    CliRunner().invoke(command, [*options, "-o", str(page), "--url", "https://desk.example/"])

    assert table.stdout.splitlines() == loaded.get("/desk?as=csv").text.splitlines()
    text = page.read_text(encoding="utf-8")
    assert '<base href="https://desk.example/">' in text
    assert "The Coastal Ledger" in text
    assert "<script" not in text


def test_pages_are_no_part_of_the_described_interface():
    assert all(path.startswith(("/v1/", "/livez", "/readyz")) for path in create_app().openapi()["paths"])


def test_files_of_pages_are_served_and_no_others(client):
    assert client.get("/static/pages.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/%2e%2e/rendering.py").status_code == 404


PAIR = "/articles/amber-lamps-rewrite/against/amber-lamps-wire"


def test_evidence_is_a_pdf_that_loads_nothing(loaded):
    pytest.importorskip("weasyprint", reason="needs the extra pdf")
    answer = loaded.get(f"{PAIR}?as=pdf")

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith('.pdf"')
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 20_000
    assert "?as=pdf" in loaded.get(PAIR).text


def test_without_the_extra_it_says_what_to_install(loaded, monkeypatch):
    monkeypatch.setattr(pdf_maker, "can_make_pdf", lambda: False)
    monkeypatch.setattr(evidence, "can_make_pdf", lambda: False)

    assert loaded.get(f"{PAIR}?as=pdf").status_code == 501
    assert "wirematch[pdf]" in loaded.get(f"{PAIR}?as=pdf").text
    assert "?as=pdf" not in loaded.get(PAIR).text
