"""What visitors do: paste, drop a file, load samples, search, open a story."""

from __future__ import annotations

from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import expect

from support.browser import MISSING, follow, patient
from support.live_service import LiveService
from support.odd_ids import ODD_IDS
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS, wait_for

skip_without("chromium", MISSING)


def test_an_article_is_pasted_and_checked(visit, stories):
    page = visit("/").page
    page.get_by_label("The article").fill(stories["quillern-layoffs"]["rewrite"]["body"])
    follow(page.get_by_role("button", name="Check"))

    assert "/checks/" in page.url
    assert page.locator("h1").inner_text() in {"A copy", "A rewrite"}
    follow(page.get_by_role("link", name="See the evidence").first)
    assert page.locator("a.passage").count() > 10


def test_a_file_may_be_dropped_on_the_form(visit):
    page = visit("/").page
    page.evaluate(
        """() => {
          const carried = new DataTransfer();
          const text = 'The quay was closed at dawn, the harbour master said. '.repeat(9);
          carried.items.add(new File([text], 'story.txt'));
          for (const kind of ['dragenter', 'dragover', 'drop'])
            document.querySelector('textarea').dispatchEvent(
              new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.locator("#file").evaluate("(one) => one.files[0].name") == "story.txt"
    follow(page.get_by_role("button", name="Check"))
    assert "/checks/" in page.url


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_who_is_told_what_is_wrong_is_taken_there_and_loses_nothing(visit, script):
    watched = visit("/", script=script)
    page = watched.page
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Headline").fill("Dark for nine nights")
    with page.expect_navigation():
        page.get_by_role("button", name="Check").press("Enter")
    watched.complaints.clear()  # of the status, 422

    notice = page.get_by_role("alert")
    expect(notice).to_be_focused()
    assert "It contains no text" in notice.inner_text()
    assert page.get_by_label("Headline").input_value() == "Dark for nine nights"
    page.keyboard.press("Tab")
    expect(page.get_by_label("The article")).to_be_focused()


def test_every_article_of_a_list_can_be_opened_whatever_its_id(visit, service):
    def put(place: int, article_id: str) -> str:
        headline = f"Zither {place}"
        article = {"body": f"A zither was found in Kelder, the {place}th.", "headline": headline}
        path = f"{service.url}/v1/articles/{quote(article_id, safe='')}"
        assert httpx2.put(path, json=article, timeout=PATIENCE_SECONDS).status_code == 201
        return path

    paths = [put(place, article_id) for place, article_id in enumerate(ODD_IDS)]
    page = visit("/articles?q=zither").page
    shown = {
        link.inner_text(): link.evaluate("(one) => one.href") for link in page.locator("main h2 a, main h3 a").all()
    }
    opened = {visit(address).page.locator("h1").inner_text() for address in shown.values()}
    for path in paths:
        assert httpx2.delete(path, timeout=PATIENCE_SECONDS).status_code == 204

    assert opened == set(shown) == {f"Zither {place}" for place in range(len(ODD_IDS))}


SEEN = "The minister of defence came to the harbour city on Tuesday and met the mayor, 3 of his guards said. " * 8
READ_FROM_THE_RIGHT = "وصل وزير الدفاع إلى المدينة يوم الثلاثاء والتقى رئيس البلدية، قال 3 من حراسه. " * 8


@pytest.mark.parametrize(("text", "direction"), [(SEEN, "ltr"), (READ_FROM_THE_RIGHT, "rtl")])
def test_a_text_is_shown_in_the_direction_in_which_it_is_read(visit, text, direction):
    page = visit("/").page
    page.get_by_label("The article").fill(text)
    follow(page.get_by_role("button", name="Check"))
    page.goto(f"{page.url}/sources")
    paragraph = page.locator(".reading p").first

    assert paragraph.evaluate("(one) => getComputedStyle(one).direction") == direction
    assert page.locator("h1").evaluate("(one) => getComputedStyle(one).direction") == direction


def test_a_list_shows_only_the_beginning_of_a_headline_without_end(visit, service):
    article = {
        "headline": "A headline that does not end, " * 60,
        "body": "The ferries stay in port.",
        "source": "Aster",
    }
    httpx2.put(f"{service.url}/v1/articles/endless", json=article, timeout=PATIENCE_SECONDS).raise_for_status()
    page = visit("/articles?q=end&source=Aster", width=360).page

    assert page.locator(".rows .headline").first.bounding_box()["height"] < 150
    httpx2.delete(f"{service.url}/v1/articles/endless", timeout=PATIENCE_SECONDS).raise_for_status()


def test_the_samples_are_one_button_away_from_an_empty_index(browser, tmp_path):
    empty = LiveService(tmp_path / "empty")
    try:
        empty.wait_until_ready()
        page = patient(browser.new_context()).new_page()
        page.goto(empty.url)
        follow(page.get_by_role("button", name="Load the sample stories"))
        follow(page.get_by_role("button", name="Check"))
        assert page.locator("h1").inner_text() == "A rewrite"
        page.context.close()
    finally:
        empty.clear_away()


@pytest.mark.parametrize("asked", ["", "?own=1"])
def test_evidence_leads_back(visit, asked):
    page = visit(f"/articles/harbour-bridge-copy/against/harbour-bridge-wire{asked}").page
    follow(page.get_by_role("link", name="Back to the article"))
    follow(page.get_by_role("link", name="Stored stories"))
    page.get_by_label("Words of the headline").fill("night lamps")
    follow(page.get_by_role("button", name="Search"))

    assert page.locator("ol.rows li").count() == 2
    follow(page.get_by_role("link", name="Amber night lamps").first)
    assert page.locator("main h1").inner_text().startswith("Amber night lamps")


def test_a_match_that_is_called_wrong_is_not_shown_again(visit, service):
    story, article = "/articles/reservoir-verdict-wire", "/articles/reservoir-verdict-excerpt"
    page = visit(f"{article}/against/reservoir-verdict-wire").page
    page.get_by_label("Not derived").check()
    page.get_by_label("Note").fill("Both quote the judgment.")
    follow(page.get_by_role("button", name="Save"))
    assert "Not derived" in page.locator("#review .hint").inner_text()

    page.goto(service.url + article)
    assert page.locator(".card a[href$='/against/reservoir-verdict-wire']").count() == 0
    page.get_by_text("that a reader called wrong").click()
    page.goto(service.url + story)
    assert "Pellworth Parish Voice" not in page.locator(".timeline").inner_text()
    page.goto(f"{service.url}/desk?outlet=Pellworth+Parish+Voice")
    assert page.locator(".desk-rows li").count() == 0
    page.goto(f"{service.url}/review")
    assert "Both quote the judgment." in page.locator("ol.judged").inner_text()

    page.goto(f"{service.url}{article}/against/reservoir-verdict-wire")
    follow(page.get_by_role("button", name="Forget what was said"))
    page.goto(service.url + story)
    assert "Pellworth Parish Voice" in page.locator(".timeline").inner_text()


def test_the_desk_shows_what_is_stored_while_somebody_looks(visit, service, stories):
    page = visit("/desk").page
    before = page.locator(".desk-rows li").count()
    late = stories["quillern-layoffs"]["rewrite"] | {"id": "seen-live", "source": "The Late Edition"}
    answer = page.request.post(f"{service.url}/v1/articles", data=late)
    assert answer.status == 201

    page.locator(".desk-rows li", has_text="The Late Edition").wait_for()
    expect(page.locator(".desk-rows li")).to_have_count(before + 1)
    expect(page.locator("[data-said]")).to_have_text("The pickups were updated.")
    page.request.delete(f"{service.url}/v1/articles/seen-live")


def test_an_article_leads_to_what_its_correction_changed(visit):
    page = visit("/articles/lamp-corrected").page
    follow(page.get_by_role("list", name="Earlier versions").get_by_role("link"))

    assert page.locator(".changes ins").all_inner_texts() == ["twelve"]
    assert page.locator(".changes del").all_inner_texts() == ["eleven"]
    assert "<b>nobody</b>" in page.locator(".changes").inner_text()


def test_evidence_is_downloaded_as_pdf(visit):
    page = visit("/articles/harbour-bridge-copy/against/harbour-bridge-wire").page
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download as PDF").click()

    assert coming.value.suggested_filename.endswith(".pdf")
    assert coming.value.path().read_bytes().startswith(b"%PDF-")


def test_a_desk_that_gets_no_events_asks_now_and_then(visit, service):
    page = visit("/docs").page  # one that asks nothing itself
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/desk/events**", lambda route: route.fulfill(status=204))
    page.clock.install()
    page.goto(f"{service.url}/desk")

    def questions() -> int:
        return sum(url.endswith("/desk/latest") for url in asked)

    def ten_seconds_later() -> bool:
        page.clock.run_for(10_000)
        return any("/desk/events" in url for url in asked) and questions() > 1

    wait_for(ten_seconds_later, "events that were refused, and a second question")


def test_the_reference_of_the_api_leads_back_to_the_pages(visit):
    page = visit("/docs").page
    follow(page.get_by_role("link", name="Back to Wirematch's pages"))

    assert page.get_by_role("heading", name="Check an article").is_visible()


def test_a_text_in_place_of_a_headline_and_a_long_source_leave_room(visit, service):
    article = {
        "body": "A pilot whale was seen off Kelder Point on Monday, and nobody believed the boy who had seen it first.",
        "headline": "A pilot whale was seen off the point. " * 50,
        "source": "The Agency of the Northern Coast and Its Islands " * 6,
    }
    put = httpx2.put(f"{service.url}/v1/articles/whale", json=article, timeout=PATIENCE_SECONDS)
    assert put.status_code < 300
    heading = visit("/articles/whale").page.locator("h1")
    usual = visit("/articles/harbour-bridge-wire").page.locator("h1")
    source = visit("/articles?q=pilot+whale", width=390).page.locator(".rows .source")
    size = "(one) => parseFloat(getComputedStyle(one).fontSize)"
    lines = "(one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).fontSize)"

    assert heading.evaluate(size) < usual.evaluate(size)
    assert source.evaluate(lines) < 3
