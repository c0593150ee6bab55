"""The page of an event: what is stored about it in order, a part at a time, as readers judged it."""

from __future__ import annotations

import re

from wirematch.api.pages import event

PATH = "/articles/harbour-bridge-wire/event"


def articles(page: str) -> list[str]:
    """Return the ids of the articles listed, in order."""
    return re.findall(r'<div class="who">.*?<a href="/articles/([^"/]+)"', page)


def test_it_lists_what_the_api_lists_in_order(loaded):
    told = loaded.get(f"/v1{PATH}?limit=100").json()["articles"]
    page = loaded.get(PATH).text

    assert articles(page) == [one["id"] for one in told]
    assert len(told) >= 4
    assert f"{len(told)} stored articles on this event, this one included:" in page


def test_each_article_leads_to_the_evidence_of_the_later_against_the_earlier(loaded):
    page = loaded.get(PATH).text
    own = loaded.get("/articles/harbour-bridge-copy/event").text

    assert 'href="/articles/harbour-bridge-copy/against/harbour-bridge-wire"' in page
    assert 'href="/articles/harbour-bridge-copy/against/harbour-bridge-wire"' in own
    assert "took from this one" in page
    assert "this one took from it" in own
    for address in set(re.findall(r'href="(/articles/[^"]+/against/[^"]+)"', page + own)):
        assert loaded.get(address).status_code == 200


def test_it_comes_in_parts(loaded, monkeypatch):
    everything = articles(loaded.get(PATH).text)
    monkeypatch.setattr(event, "ARTICLES_SHOWN", 2)
    path, listed = PATH, []
    while path:
        page = loaded.get(path).text
        assert f"{len(everything)} stored articles on this event" in page
        assert len(articles(page)) <= 2
        listed += articles(page)
        later = re.search(r'href="([^"]+)" rel="next"', page)
        path = later[1] if later else ""

    assert listed == everything
    assert f'href="{PATH}" rel="prev"' in loaded.get(f"{PATH}?offset=2").text


def test_beyond_its_end_the_last_part_is_shown(loaded, monkeypatch):
    monkeypatch.setattr(event, "ARTICLES_SHOWN", 2)
    total = len(loaded.get(f"/v1{PATH}?limit=100").json()["articles"])
    last = (total - 1) // 2 * 2

    assert loaded.get(f"{PATH}?offset=60").text == loaded.get(f"{PATH}?offset={last}").text
    assert f"Numbers {last + 1} to {total} are listed" in loaded.get(f"{PATH}?offset=60").text


def test_what_a_reader_called_wrong_is_independent(loaded):
    before = loaded.get(PATH).text
    loaded.post("/articles/harbour-bridge-copy/against/harbour-bridge-wire", data={"verdict": "non_derived"})
    after = loaded.get(PATH).text

    assert after.count("took from this one") == before.count("took from this one") - 1
    assert after.count("Own work") == before.count("Own work") + 1
    assert articles(after) == articles(before)


def test_the_page_of_a_story_leads_to_its_event(loaded):
    assert f'href="{PATH}"' in loaded.get("/articles/harbour-bridge-wire").text
    assert loaded.get("/articles/nobody/event").status_code == 404


def test_an_article_that_nothing_resembles_is_alone(client):
    client.put("/v1/articles/whale", json={"body": "A pilot whale was seen off Kelder Point by a boy."})

    assert "No other stored article is on this event." in client.get("/articles/whale/event").text
