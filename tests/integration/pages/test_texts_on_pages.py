"""What pages say of texts that are not plain words: markup, scripts without spaces, lists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.page_calls import check

JAPANESE = Path(__file__).parents[2] / "stories" / "languages" / "ja.json"
WEB_PAGE = (
    "<html><head><title>Star</title><style>p {color: red}</style></head><body><!-- <p>old</p> --><p>Ferry&nbsp;runs "
    "<b>aground</b> off Kelder &amp; is pulled free.</p></body></html>"
)
WARES = ("Wheat, milling", "Wheat, feed", "Barley, malting", "Oats", "Rye", "Maize", "Rapeseed", "Onions", "Sugar beet")
PRICES = "Farm gate prices, week 23\n" + "\n".join(f"{ware} {17 + 3 * n}.{n}0" for n, ware in enumerate(WARES))


@pytest.mark.parametrize("fields", [{}, {"body_format": "html"}])
def test_a_web_page_without_a_headline_is_called_by_its_first_words(client, fields):
    client.put("/v1/articles/ferry", json={"body": WEB_PAGE} | fields)

    for path in ("/articles", "/articles/ferry", check(client, text="Ferry runs aground off Kelder.")):
        page = client.get(path).text
        assert "&lt;title&gt;" not in page.partition("Its text")[0]
    assert "Ferry runs aground off Kelder &amp; is pulled free." in client.get("/articles").text


def headless(story: dict[str, object], **more: object) -> dict[str, object]:
    return {name: value for name, value in story.items() if name != "headline"} | more


def test_everywhere_a_story_without_a_headline_is_called_by_its_first_words(client, bridge):
    wire, rewrite = headless(bridge["wire"]), headless(bridge["rewrite"], source="Courier")
    client.put("/v1/articles/wire", json=wire | {"id": "wire"})
    client.put("/v1/articles/again", json=wire | {"id": "again", "body": f"<p>{wire['body']}</p>"})
    answer = client.put("/v1/articles/rewrite", json=rewrite | {"id": "rewrite"}).json()
    beginning = str(wire["body"]).split(".")[0][:60]

    told = answer["report"]["matches"][0]
    lists = [client.get(f"/v1/articles/wire/{name}").json() for name in ("pickups", "cluster", "event")]
    for one in (told, *told["versions"], lists[0]["pickups"][0], *lists[1]["members"], *lists[2]["articles"]):
        assert one["headline"] is None
        assert one["opening"].endswith(" …")
        assert len(one["opening"]) <= 92
        assert str(bridge[one["id"]]["body"] if one["id"] == "rewrite" else wire["body"]).startswith(
            one["opening"][:-2]
        )
    paths = ["/articles", "/articles/wire", "/articles/rewrite", "/articles/rewrite/sources", "/desk"]
    paths += ["/articles/rewrite/against/wire", check(client, text=str(rewrite["body"]))]
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        assert "Untitled" not in page.text, path
        assert f'<span class="unseen" dir="ltr" lang="en">No headline, begins: </span>{beginning}' in page.text, path


def test_words_are_counted_in_every_script_and_without_markup(client):
    japanese = json.loads(JAPANESE.read_text(encoding="utf-8"))["wire"]
    client.put("/v1/articles/ferry", json={"body": WEB_PAGE})
    client.put("/v1/articles/ja", json={"body": japanese})
    letters = len(re.findall(r"\w", japanese))

    assert re.findall(r"\d+ words\.", client.get("/articles/ferry").text) == ["8 words."]
    [told] = re.findall(r"(\d+) words?\.", client.get("/articles/ja").text)
    assert letters * 0.8 <= int(told) <= letters
    assert f"{told} words" in client.get(check(client, text=japanese)).text


def test_nobody_says_that_an_undecided_article_derives_from_what_it_resembles(client):
    client.put("/v1/articles/week-23", json={"body": PRICES})
    later = re.sub(r"\d+\.", lambda price: f"{float(price[0]) + 2:.0f}.", PRICES).replace("23", "24")
    undecided, decided = (client.get(check(client, text=text)).text for text in (later, PRICES))

    assert "a list or a table" in undecided
    assert "<h1>Cannot be decided</h1>" in undecided
    assert (">What it resembles</h2>" in undecided, ">What it derives from</h2>" in undecided) == (True, False)
    assert ">What it derives from</h2>" in decided
    client.put("/v1/articles/week-24", json={"body": later})
    assert ">What it resembles</h2>" in client.get("/articles/week-24").text


def test_texts_are_shown_without_markup_and_with_the_same_passages(client, bridge):
    body = bridge["rewrite"]["body"]
    paragraphs = body.replace("&", "&amp;").replace(" the ", " <b>the</b>&nbsp;").split("\n\n")
    marked = "<!-- ad --><nav><a href='/'>Home</a></nav>" + "".join(f"<p class='x'>{one}</p>" for one in paragraphs)
    client.put("/v1/articles/wire", json=bridge["wire"] | {"id": None})
    for name, sent in (("plain", body), ("marked", marked)):
        client.put(f"/v1/articles/{name}", json={"body": sent})

    for page in ("", "/against/wire", "/against/wire?own=1", "/sources"):
        shown = client.get(f"/articles/marked{page}").text.partition("<main")[2]
        assert not re.search("&lt;[a-z/!]|&amp;nbsp;|&amp;amp;", shown)
    rows = [
        re.findall(r"<td[^>]*>(.*?)</td>", client.get(f"/articles/{name}/against/wire?own=1").text, re.DOTALL)
        for name in ("plain", "marked")
    ]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 10
