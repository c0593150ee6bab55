"""Two texts side by side: passages are linked and counted, and their text is escaped."""

from __future__ import annotations

import random

import httpx2
import pytest
from playwright.sync_api import expect

from support.browser import MISSING, check, follow, patient
from support.page_calls import rows_of
from support.required import skip_without
from support.waiting import PATIENCE_SECONDS

skip_without("chromium", MISSING)

HOSTILE = (
    "<script>document.title = 'taken over'</script> & <b>bold</b> \"quoted\" {{ 7 * 7 }} "
    "<img src=https://elsewhere.example/x onerror=alert(1)>"
)


@pytest.fixture
def evidence(visit, checks):
    return visit(f"{checks['strait-accord-rewrite']}/against/strait-accord-wire").page


def test_pointing_at_a_passage_shows_its_counterpart(evidence):
    passages = evidence.locator("#mine ~ *, .pane").first.locator("a.passage[data-p='14']")
    passages.first.scroll_into_view_if_needed()
    passages.first.hover()

    evidence.wait_for_function(
        """() => {
          const pane = document.querySelectorAll('[data-pane]')[1];
          const lit = pane.querySelector('a.passage.lit')?.getBoundingClientRect();
          const shown = pane.getBoundingClientRect();
          return lit && lit.bottom > shown.top && lit.top < shown.bottom;
        }"""
    )


def test_a_passage_is_reached_and_followed_by_keyboard(evidence):
    first = evidence.locator("[data-pane]").first.locator("a.passage").first
    first.focus()
    evidence.keyboard.press("Enter")

    expect(evidence.get_by_label("Text of the story").locator(":focus")).to_have_count(1)
    expect(evidence.locator(".lit")).not_to_have_count(0)
    evidence.keyboard.press("Escape")
    expect(evidence.locator(".lit")).to_have_count(0)


def test_its_address_is_whole_so_that_paper_leads_back(evidence, service, checks):
    address = f"{service.url}{checks['strait-accord-rewrite']}/against/strait-accord-wire"

    expect(evidence.get_by_role("link", name=address)).to_have_attribute("href", address.removeprefix(service.url))


def test_every_link_within_the_page_leads_somewhere(evidence):
    assert (
        evidence.evaluate(
            """() => [...document.querySelectorAll('main a[href^="#"]')]
          .filter((one) => !document.getElementById(one.hash.slice(1))).map((one) => one.outerHTML)"""
        )
        == []
    )


def test_markup_in_a_text_is_shown_as_text(visit, service):
    escaped = "&lt;script&gt;document.title = 'taken over'&lt;/script&gt;"  # as a page about markup has it
    body = (
        f"{HOSTILE} {escaped}\n\n"
        + "The harbour master closed the quay at dawn because the crane had begun to lean. " * 5
    )
    story = {
        "id": "hostile/<b>&'\"",
        "headline": HOSTILE,
        "source": HOSTILE,
        "body": body,
        "url": "javascript:alert(1)",
    }
    httpx2.post(f"{service.url}/v1/articles", json=story, timeout=PATIENCE_SECONDS).raise_for_status()
    found = check(service.url, story | {"headline": HOSTILE})

    result = visit(found).page
    assert "<script>document.title" in result.locator("main").inner_text()
    follow(result.get_by_role("link", name="See the evidence").first)
    shown = result.locator("[data-pane]").first.inner_text()
    assert "bold" in shown
    assert "</b>" not in shown  # the text is shown without its own markup ...
    assert "<script>document.title" in shown.replace("\n", "")  # ... and what it says of markup as text
    assert "{{ 7 * 7 }}" in shown
    assert result.locator("main b, main img").count() == 0
    assert result.title() != "taken over"
    assert result.locator("a[href^='javascript']").count() == 0
    follow(result.locator("#theirs a"))
    assert "<img src=" in result.locator("main").inner_text()


def test_a_long_article_with_three_hundred_passages_is_all_there(visit, service):
    story, submission = long_pair()
    httpx2.post(f"{service.url}/v1/articles", json=story, timeout=PATIENCE_SECONDS).raise_for_status()
    address = f"{check(service.url, submission)}/against/{story['id']}"
    told = httpx2.get(f"{service.url}{address}?as=json", timeout=PATIENCE_SECONDS).json()
    numbers = {str(number) for number in range(1, len(told["evidence"]["passages"]) + 1)}

    page = visit(address).page

    assert len(submission["body"].split()) >= 5_000
    assert len(numbers) >= 300
    assert set(page.locator("[data-pane]").first.locator(".number").all_inner_texts()) == numbers
    listed = []
    while page.locator("nav[aria-label='More passages'] a[rel=next]").count():
        listed += rows_shown(page)
        follow(page.get_by_role("link", name="Shorter"))
    listed += rows_shown(page)
    assert sorted(listed, key=int) == sorted(numbers, key=int)
    assert page.locator(".ribbon").count() == 200


def rows_shown(page):
    """The numbers of the passages that the table lists, at most a hundred."""
    numbers = page.locator("table.passages tbody th a").all_inner_texts()
    assert 0 < len(numbers) <= 100
    return numbers


def test_what_is_printed_has_both_texts_whole(evidence):
    evidence.emulate_media(media="print")

    for pane in evidence.locator("[data-pane]").all():
        assert pane.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")
    assert not evidence.locator("header.masthead").is_visible()
    assert not evidence.locator(".tools").is_visible()
    assert len(evidence.pdf()) > 20_000


def test_the_downloaded_page_stands_alone(visit, checks, browser, tmp_path):
    watched = visit(f"{checks['strait-accord-rewrite']}/against/strait-accord-wire")
    with watched.page.expect_download() as started:
        watched.page.get_by_role("link", name="Download as HTML").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)

    alone = patient(browser.new_context(offline=True)).new_page()
    requested = []
    alone.on("request", lambda request: requested.append(request.url))
    alone.goto(file.as_uri())
    assert alone.locator("a.passage").count() == watched.page.locator("a.passage").count()
    assert alone.evaluate("getComputedStyle(document.querySelector('.passage.reworded')).borderBottomStyle") == "dashed"
    assert requested == [file.as_uri()]
    alone.context.close()


def test_files_have_the_same_passages(service, checks):
    address = f"{service.url}{checks['strait-accord-rewrite']}/against/strait-accord-wire"
    told = httpx2.get(f"{address}?as=json", timeout=PATIENCE_SECONDS).json()
    rows = rows_of(httpx2.get(f"{address}?as=csv", timeout=PATIENCE_SECONDS).text)

    assert told["story"]["source"] == "Halden News Agency (HNA)"
    assert [(int(row["start"]), int(row["story_end"]), row["kind"]) for row in rows] == [
        (one["submission"]["start"], one["story"]["end"], one["kind"]) for one in told["evidence"]["passages"]
    ]


def long_pair():
    """A story of 320 invented sentences, and an article with all of them in another order."""
    chance = random.Random(17)
    syllables = "ba cor dal es fen gar hul im jor kel lan mor nev ost pel quin ras sil tam ur ved wes yar zol".split()
    words = ["".join(chance.sample(syllables, 2 + at % 2)) for at in range(900)]
    small = "the of and in to a on for with at".split()

    def sentence() -> str:
        said = [word for one in chance.sample(words, 9) for word in (one, chance.choice(small))]
        return " ".join(said[:17]).capitalize() + "."

    sentences = [sentence() for _ in range(320)]
    story = {"id": "long-story", "source": "Long Wire", "body": "\n\n".join(sentences)}
    shuffled = chance.sample(sentences, len(sentences))
    return story, {"source": "Long Read", "body": "\n\n".join(shuffled)}
