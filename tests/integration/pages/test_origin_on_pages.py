"""A stored article's page and the desk name what its report named, whatever is known of times and sources."""

from __future__ import annotations

import pytest

EARLIER, LATER = {"published_at": "2026-03-03T10:00:00Z"}, {"published_at": "2026-03-03T12:00:00Z"}
UNDATED: dict[str, str] = {}
NORWIND, COURIER, NOBODY = {"source": "Norwind"}, {"source": "Courier"}, UNDATED
TIMES = {
    "undated": (UNDATED, UNDATED),
    "undated story": (UNDATED, LATER),
    "undated article": (EARLIER, UNDATED),
    "same time": (LATER, LATER),
    "later": (EARLIER, LATER),
}
SOURCES = {"nobody": (NOBODY, NOBODY), "the same": (NORWIND, NORWIND), "another": (NORWIND, COURIER)}


def origin_on(page: str) -> str:
    return page.partition('id="origin"')[2].partition("</section>")[0]


@pytest.mark.parametrize("times", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("sources", SOURCES.values(), ids=SOURCES)
def test_an_article_derives_on_its_page_from_what_lists_it_as_a_pickup(client, bridge, times, sources):
    for name, kind, published, source in zip(("wire", "copy"), ("wire", "article"), times, sources, strict=True):
        sent = {"body": bridge[name]["body"], "kind": kind} | published | source
        receipt = client.put(f"/v1/articles/{name}", json=sent).json()

    assert receipt["report"]["original_id"] == "wire"
    assert [one["id"] for one in client.get("/v1/articles/wire/pickups").json()["pickups"]] == ["copy"]
    assert "/articles/copy/against/wire" in origin_on(client.get("/articles/copy").text)
    assert "It derives from no story that is stored." in origin_on(client.get("/articles/wire").text)
    assert "/articles/copy/against/wire" in client.get("/articles/copy/sources").text
    desk = client.get("/desk").text
    assert ("/articles/copy/against/wire" in desk) == (sources != SOURCES["the same"])


def test_a_wire_story_that_arrives_late_is_the_origin_of_what_came_before_it(client, bridge):
    client.put("/v1/articles/copy", json={"body": bridge["copy"]["body"]} | LATER)
    client.put("/v1/articles/wire", json={"body": bridge["wire"]["body"], "kind": "wire"} | EARLIER)

    assert "/articles/copy/against/wire" in origin_on(client.get("/articles/copy").text)
    assert "It derives from no story that is stored." in origin_on(client.get("/articles/wire").text)


def test_a_check_names_the_original_even_if_more_matches_are_closer_than_it_lists(client, bridge):
    client.put("/v1/articles/wire", json=bridge["wire"] | {"id": "wire"})
    rewrite = {"body": bridge["rewrite"]["body"]} | {
        "kind": "article",
        "published_at": bridge["rewrite"]["published_at"],
    }
    for number in range(11):
        client.put(f"/v1/articles/outlet-{number}", json=rewrite | {"source": f"Outlet {number}"})
    sent = {"text": bridge["rewrite"]["body"], "source": "Courier"}
    page = client.post("/", data=sent, headers={"Origin": str(client.base_url)}, follow_redirects=True).text

    assert "/against/wire" not in page
    assert "Its original is" in page
    assert 'href="/articles/wire"' in page


def test_the_page_says_where_the_original_was_only_stored_first(client, bridge):
    client.put("/v1/articles/late", json={"body": bridge["wire"]["body"], "source": "Norwind"} | LATER)
    client.put("/v1/articles/early", json={"body": bridge["wire"]["body"], "source": "Calder Wire"} | EARLIER)
    cluster = {
        name: client.get(f"/articles/{name}").text.partition('id="cluster"')[2].partition("</section>")[0]
        for name in ("late", "early")
    }

    assert "It derives from no story that is stored." in origin_on(client.get("/articles/early").text)
    assert "The original was stored first, though published later than this one." in cluster["early"]
    assert "It was stored first, though published later than some of them." in cluster["late"]


def test_what_a_source_sent_itself_is_a_version_and_no_pickup(client, bridge):
    client.put("/v1/articles/wire", json=bridge["wire"] | {"id": "wire"})
    for name, source in (("update", bridge["wire"]["source"]), ("copy", "Averland Daily Online")):
        sent = {"body": bridge["copy"]["body"], "source": source, "published_at": bridge["copy"]["published_at"]}
        client.put(f"/v1/articles/{name}", json=sent)
    page = client.get("/articles/wire").text
    pickups = page.partition('id="pickups"')[2].partition("</section>")[0]

    assert "1 pickup" in pickups
    assert "/articles/copy/against/wire" in pickups
    assert "/articles/update" not in pickups
    assert "/articles/update/since/wire" in page.partition('id="versions"')[2].partition("</section>")[0]
    assert "The newest are listed" not in page
    assert "update," not in client.get("/articles/wire?as=csv").text
    assert "Same source" in client.get("/articles/update").text


def test_a_cluster_says_what_a_relation_is_to_where_that_is_not_the_original(client, bridge):
    for name in ("copy", "rewrite", "wire"):
        client.put(f"/v1/articles/{name}", json=bridge[name] | {"id": name})
    [through] = [
        member["to"] for member in client.get("/v1/articles/wire/cluster").json()["members"] if member["id"] == "copy"
    ]
    page = client.get("/articles/wire").text
    cluster = page.partition('id="cluster"')[2].partition("</section>")[0]

    assert through == "rewrite"
    assert cluster.count("Of <a") == 1
    assert f'Of <a href="/articles/rewrite" dir="auto">{bridge["rewrite"]["headline"]}</a>' in cluster
