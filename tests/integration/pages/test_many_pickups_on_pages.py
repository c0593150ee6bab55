"""Pages about a story with more pickups than a page lists and than its buckets hold."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from support.api_calls import ARTICLES
from support.made_up import own, told
from support.page_calls import rows_of
from support.waiting import PATIENCE_SECONDS
from wirematch.api.pages import desk, story
from wirematch.presentation.pages.desk_view import Within

COPIES, CAP, SHOWN = 12, 4, 5
STORY = told(own(1))


@pytest.fixture
def settings(settings):
    """Buckets with room for a few articles."""
    return settings.model_copy(update={"bucket_cap": CAP})


@pytest.fixture
def taken(client, monkeypatch):
    """A service with a wire story that many outlets took over."""
    monkeypatch.setattr(story, "PICKUPS_SHOWN", SHOWN)
    monkeypatch.setattr(story, "MOST_MEMBERS", SHOWN)
    wire = {"id": "wire", "kind": "wire", "source": "Norwind", "published_at": "2026-03-01T10:00:00Z", "body": STORY}
    assert client.post(ARTICLES, json=wire).status_code == 201
    for number in range(COPIES):
        article = {"id": f"a{number}", "kind": "article", "source": f"Outlet {number}", "body": STORY}
        article["published_at"] = f"2026-03-02T10:{number:02}:00Z"
        assert client.post(ARTICLES, json=article).json()["report"]["original_id"] == "wire"
    return client


def rows(client, path: str) -> list[dict[str, str]]:
    return rows_of(client.get(path).text)


def test_its_files_have_all_pickups(taken):
    everything = {f"a{number}" for number in range(COPIES)}

    assert {row["id"] for row in rows(taken, "/articles/wire?as=csv")} == everything
    assert {one["id"] for one in taken.get("/articles/wire?as=json").json()["pickups"]} == everything


def test_its_page_counts_all_and_leads_to_all(taken):
    path, listed = "/articles/wire", []
    while path:
        page = taken.get(path).text
        assert f"{COPIES} pickups, {COPIES} without credit." in page
        assert f"It is the original of {COPIES} copies and rewrites." in page
        found = re.findall(r'href="/articles/(a\d+)/against/wire"', page)
        assert len(found) <= SHOWN
        listed += found
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1] if older else ""

    assert sorted(listed) == sorted(f"a{number}" for number in range(COPIES))


def test_its_page_names_the_first_pickup_unless_it_lists_it(taken):
    newest, last = taken.get("/articles/wire").text, taken.get(f"/articles/wire?offset={COPIES - 2}").text

    assert re.search(
        r'The first was <a href="/articles/a0" dir="auto">.+</a>, <bdi>Outlet 0</bdi>, 1 day later', newest
    )
    assert "The first was" not in last


def test_beyond_the_end_of_its_pickups_the_last_ones_are_listed(taken):
    page = taken.get("/articles/wire?offset=5000").text

    assert re.search(rf"Numbers \d+ to {COPIES}, counted from the newest", page)
    assert re.search(r'href="/articles/\w+/against/wire"', page)


def test_its_page_lists_those_without_credit_alone(taken):
    named = {"id": "named", "kind": "article", "source": "The Kelder Post", "published_at": "2026-03-03T10:00:00Z"}
    assert taken.post(ARTICLES, json=named | {"body": f"{STORY}\n\nNorwind reported this first."}).status_code == 201
    everything = taken.get("/articles/wire").text
    path = re.search(r'href="([^"]+)">Without credit</a>', everything)[1].replace("&amp;", "&")
    listed = []
    while path:
        page = taken.get(path).text
        listed += re.findall(r'href="/articles/(\w+)/against/wire"', page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""

    assert f"{COPIES + 1} pickups, {COPIES} without credit." in everything
    assert "/articles/named/against/wire" in everything
    assert sorted(listed) == sorted(f"a{number}" for number in range(COPIES))


def test_a_table_has_no_pickup_that_a_reader_called_wrong(taken):
    taken.post("/articles/a3/against/wire", data={"verdict": "non_derived"})

    assert {row["id"] for row in rows(taken, "/articles/wire?as=csv")} == {
        f"a{number}" for number in range(COPIES) if number != 3
    }


def test_a_file_of_the_desk_says_by_its_name_if_it_is_not_complete(taken, monkeypatch):
    name = taken.get("/desk?as=csv").headers["content-disposition"]
    monkeypatch.setattr("wirematch.detection.queries.recent_pickups.MOST_ARTICLES", 1)
    monkeypatch.setattr("wirematch.detection.queries.recent_pickups.AT_ONCE", 1)

    assert name == 'attachment; filename="pickups.csv"'
    assert "pickups-incomplete.csv" in taken.get("/desk?as=csv").headers["content-disposition"]


def test_the_desk_reaches_everything_of_its_time_part_by_part(taken, monkeypatch):
    monkeypatch.setattr("wirematch.detection.queries.recent_pickups.MOST_ARTICLES", SHOWN)
    monkeypatch.setattr("wirematch.detection.queries.recent_pickups.AT_ONCE", SHOWN)
    monkeypatch.setattr(desk, "SECONDS", PATIENCE_SECONDS)  # or a loaded machine would leave some for later
    path, parts = "/desk?within=7d&outlet=&sort=newest", []
    while path:
        page = taken.get(path).text
        parts.append(set(re.findall(r'href="/articles/(a\d+)/against/wire"', page)))
        assert "More was stored in the last 7 days than one page goes through" in page
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""
        assert not path or {"within=7d", "sort=newest"} <= set(path.partition("?")[2].split("&"))

    assert len(parts) == 3
    assert set().union(*parts) == {f"a{number}" for number in range(COPIES)}


def test_a_search_says_of_each_page_what_was_looked_at(taken, monkeypatch):
    monkeypatch.setattr("wirematch.state.catalogue.LOOKED_AT_ONCE", 2)
    monkeypatch.setattr("wirematch.state.catalogue.MOST_LOOKED_AT", 4)
    first = taken.get("/articles?q=zeppelin").text
    second = taken.get(re.search(r'href="([^"]+)" rel="next"', first)[1].replace("&amp;", "&")).text

    assert "Nothing among the newest" in first
    assert "Nothing among the next" in second


def test_its_page_lists_only_the_newest_of_many_updates_and_says_so(client, monkeypatch):
    monkeypatch.setattr(story, "PICKUPS_SHOWN", SHOWN)
    for number in range(SHOWN + 2):
        update = {
            "id": f"u{number}",
            "source": "Norwind",
            "body": STORY,
            "published_at": f"2026-03-01T1{number}:00:00Z",
        }
        client.post(ARTICLES, json=update)
    page = client.get("/articles/u0").text

    assert "Nobody yet" in page.partition('id="pickups"')[2].partition("</section>")[0]
    listed = page.partition('id="versions"')[2].partition("</section>")[0]
    assert set(re.findall(r"/articles/(u\d)/since/u0", listed)) == {f"u{number}" for number in range(2, SHOWN + 2)}
    assert "The newest are listed." in listed


def test_its_page_says_if_some_may_be_missing(taken, monkeypatch):
    assert "There may be more" not in taken.get("/articles/wire").text
    monkeypatch.setattr("wirematch.detection.queries.relatives.MOST_MEMBERS", SHOWN)
    assert "There may be more" in taken.get("/articles/wire").text


def test_each_pickup_names_it_although_buckets_no_longer_lead_to_it(taken, monkeypatch):
    monkeypatch.setattr(desk, "SECONDS_OF_FILE", PATIENCE_SECONDS)  # or a loaded machine would leave some for later
    listed = rows(taken, "/desk?as=csv&within=30d")

    assert sorted(row["article_id"] for row in listed) == sorted(f"a{number}" for number in range(COPIES))
    assert {row["story_id"] for row in listed} == {"wire"}
    assert 'href="/articles/a0/against/wire"' in taken.get("/articles/a0").text


@pytest.mark.parametrize("path", ["/desk?within=7d", "/articles?kind=article"])
def test_a_place_in_a_list_that_a_rebuild_made_unknown_leads_to_the_newest_and_says_so(taken, monkeypatch, path):
    for constant in ("MOST_ARTICLES", "AT_ONCE"):
        monkeypatch.setattr(f"wirematch.detection.queries.recent_pickups.{constant}", SHOWN)
    monkeypatch.setattr("wirematch.api.pages.browse.ROWS", SHOWN)
    said, newest = "The index was rebuilt since", taken.get(path).text
    older = re.search(r'href="([^"]+)" rel="next"', newest)[1].replace("&amp;", "&")
    of_another_generation = re.sub(r"(?<=from=)\d+", "77", older)
    again = taken.get(of_another_generation).text

    assert of_another_generation != older
    assert said in again
    assert not any(said in page for page in (newest, taken.get(older).text))
    assert re.search(r'href="([^"]+)" rel="next"', again)[1].replace("&amp;", "&") == older
    assert "Show the newest" not in again
    assert ">Newest</a>" not in again


def test_a_desk_on_which_nothing_is_new_leads_to_what_is_older(client, monkeypatch):
    empty = client.get("/desk").text
    client.post(ARTICLES, json={"id": "old", "body": STORY})
    for span in (Within.HOUR, Within.MONTH):
        monkeypatch.setitem(desk.SPANS, span, timedelta())
    hour, month = client.get("/desk?within=1h").text, client.get("/desk?within=30d").text

    assert ["Load the samples" in page for page in (empty, hour, month)] == [True, False, False]
    assert '<a href="/desk?within=30d">Show the last 30 days</a>' in hour
    assert '<a href="/articles">Look through the stories</a>' in month
