"""Pages without a browser: what they refuse and show, and that missing things are not found."""

from __future__ import annotations

import re
from pathlib import Path
from threading import current_thread
from urllib.parse import quote

import pytest

from support.openapi_document import openapi_document
from support.page_calls import check
from wirematch.api.pages import attribution, evidence, story
from wirematch.detection.detector import Detector
from wirematch.errors import IndexUnavailableError

DOCUMENTS = Path(__file__).parents[2] / "documents"


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
        ({}, "It contains no text"),
        ({"text": " \n "}, "It contains no text"),
        ({"text": " https://norwind.example/star?x=1\n"}, "the address of a page, and Wirematch does not fetch pages"),
        ({"text": "www.norwind.example/star"}, "the address of a page, and Wirematch does not fetch pages"),
        ({"text": '{"body": 3}'}, "valid string"),
        ({"text": "Rain fell.", "published_at": "noon"}, "is not a time"),
        ({"text": "x" * 200_001}, "200000"),
    ],
)
def test_what_cannot_be_checked_is_said_where_it_was_typed(client, form, said):
    answer = client.post("/", data=form)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert form.get("text", "").strip()[:20].replace('"', "&#34;") in answer.text


@pytest.mark.parametrize(
    "text", ["See https://norwind.example/star", "www.norwind.example报道，大桥昨日倒塌。四人死亡。"]
)
def test_a_text_with_an_address_is_checked_also_where_no_words_are_spaced(client, text):
    assert client.post("/", data={"text": text}).url.path.startswith("/checks/")


@pytest.mark.parametrize("name", ["page.html", "ninjs-3.2.json", "newsml-g2-item.xml", "nitf-3.6.xml", "story.txt"])
def test_a_file_in_any_format_is_checked(client, name):
    content = (DOCUMENTS / name).read_bytes()
    answer = client.post("/", files={"file": (name, content)}, follow_redirects=False)

    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


def test_a_feed_of_several_articles_is_refused(client):
    answer = client.post("/", files={"file": ("feed-rss.xml", (DOCUMENTS / "feed-rss.xml").read_bytes())})

    assert answer.status_code == 422
    assert "but one is expected" in answer.text


def test_a_form_on_another_site_does_nothing(client):
    for path in ("/", "/samples", "/articles/a/against/b"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}, {"Origin": "null"}):
            answer = client.post(path, data={"text": "Rain fell."}, headers=headers)
            assert answer.status_code == 403
            assert answer.headers["content-type"].startswith("text/html")
    assert "Nothing is stored yet" in client.get("/").text


def test_a_check_among_nothing_leads_to_what_can_be_stored(client, stories):
    page = client.get(check(client, text=stories["strait-accord"]["rewrite"]["body"])).text

    assert "Store stories first" in page
    assert "enough wording in common" not in page


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

    assert ">lead time unknown, so it may be the other way round<" in shown


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


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "2 articles, the last stored first."),
        ("?source=Norwind", "Those found among 2 articles, the last stored first."),
        ("?source=Nobody", "2 articles."),
    ],
)
def test_a_list_says_of_how_many_articles_it_shows_some(client, stories, query, said):
    for kind in ("wire", "copy"):
        client.post("/v1/articles", json=stories["harbour-bridge"][kind])

    assert f'<p class="standfirst">{said}</p>' in client.get(f"/articles{query}").text


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


def test_pages_are_no_part_of_the_described_interface():
    assert all(path.startswith(("/v1/", "/livez", "/readyz")) for path in openapi_document()["paths"])


def test_where_one_passage_decides_pages_show_it_in_place_of_a_low_probability(client, stories):
    wire = stories["quillern-layoffs"]["wire"]
    taken = " ".join(wire["body"].split()[40:70])
    article = f"{stories['reservoir-verdict']['independent']['body']}\n\n{taken}"
    stored = client.put(f"/v1/articles/{wire['id']}", json=wire)
    assert stored.status_code < 300
    [match] = client.post("/v1/check", json={"body": article}).json()["matches"]
    assert match["probability"] < 0.41
    words = match["excerpt"]
    assert words in {30, 31}  # "13-year" is two

    address = check(client, text=article)
    card, evidence = client.get(address), client.get(f"{address}/against/{wire['id']}")

    assert f"1 passage, {words} words in a row, word for word" in card.text
    assert "probability" not in card.text
    assert f"<dt>words in a row, word for word: this decides</dt><dd>{words}</dd>" in evidence.text
    assert "probability that it derives from the story as a whole" in evidence.text


def test_a_form_that_fails_leads_to_no_address_without_a_page(client, monkeypatch):
    async def fails(*_, **__):
        raise IndexUnavailableError("Redis does not answer.")

    monkeypatch.setattr(Detector, "add_many", fails)
    page = client.post("/samples")

    assert page.status_code == 503
    assert "What is stored is not lost." in page.text
    assert "Try again</a>" not in page.text
