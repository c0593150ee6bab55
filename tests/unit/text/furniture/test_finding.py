"""Furniture recognised by lines: datelines, credits, share bars, headlines."""

from __future__ import annotations

import re
import sys

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from support.furniture_texts import LEAD, SECOND, without_furniture
from wirematch.text.furniture.finding import ends_sentence, find_furniture, lines_of, may_be_note
from wirematch.text.furniture.shapes import NOTE


@pytest.mark.parametrize(
    "dateline",
    [
        "PORT MARLOWE (Norwind) - ",
        "PORT MARLOWE, March 3 (Norwind) - ",
        "Port Marlowe, Mar 3 (Norwind): ",
        "PORT MARLOWE, March 3 (Norwind) — ",
        "PORT MARLOWE, 3 March 2026 (Norwind) – ",
        "PORT MARLOWE, Averland (NW) — ",
        "PORT-LA-MER, Sept. 14 — ",
        "PORT MARLOWE -- ",
        "ST. OLAVE — ",
        "Marlowe: ",
        "PORT MARLOWE (Norwind) ",
        "Port Marlowe, March 3 (Norwind) ",
        "Port Marlowe (CNN) ",
        "PORT MARLOWE/TOLVANE, March 3 (Norwind/Aster) - ",
        "  PORT MARLOWE (Norwind) - ",
        "(Norwind) - ",
        "(Norwind): ",
        "(CNN) -- ",
        "(Reuters) ",
        "March 3 (Norwind) - ",
        "3 March 2026 (Norwind) - ",
    ],
)
def test_a_dateline_is_dropped_and_its_paragraph_kept(dateline):
    assert without_furniture(f"{dateline}{LEAD}\n\n{SECOND}") == f"{LEAD}\n{SECOND}"


def test_a_dateline_is_found_below_the_top_of_the_page():
    page = f"Site icon\n\nShare on Facebook\n\nBy Marit Quayle\n\nPORT MARLOWE, March 3 (Norwind) - {LEAD}"

    assert without_furniture(page) == LEAD


def test_only_the_first_paragraph_has_a_dateline():
    assert without_furniture(f"{LEAD}\n\nPORT MARLOWE (Norwind) - {SECOND}").endswith(
        f"PORT MARLOWE (Norwind) - {SECOND}"
    )


@pytest.mark.parametrize(
    "line",
    [
        "By Marit Quayle",
        "By Marit Quayle and Jonas Feld, Norwind",
        "by Marit Quayle",
        "(Reporting by Marit Quayle; Editing by Jonas Feld)",
        "Reporting by Marit Quayle in Port Marlowe; writing by Jonas Feld",
        "Additional reporting by Jonas Feld",
        "Compiled by Jonas Feld",
        "Norwind News Desk",
        "The Ledger Staff",
        "Our Correspondent",
        "(With inputs from agencies)",
        "With agency inputs from Norwind",
        "Source: Norwind",
        "(Agency: Norwind)",
        "--Norwind",
        "BY MARIT QUAYLE",
        "By HNA | Updated April 14, 2026, 19:48",
        "By Ilse van der Meer, Norwind correspondent",
        "(additional reporting by Jonas Feld in Tolvane; editing by Ada Lund)",
        "Photo by Jonas Feld",
        "Photos by Jonas Feld and Ada Lund",
    ],
)
def test_a_credit_on_a_line_of_its_own_is_dropped(line):
    assert without_furniture(f"{line}\n{LEAD}\n{SECOND}") == f"{LEAD}\n{SECOND}"
    assert without_furniture(f"{LEAD}\n{SECOND}\n{line}") == f"{LEAD}\n{SECOND}"


@pytest.mark.parametrize(
    "line",
    [
        "Site icon",
        "Site icon Averland Daily",
        "Exit mobile version",
        "Skip to content",
        "Skip to main content",
        "Back to top",
        "Menu",
        "Loading...",
        "Share",
        "Share on Facebook",
        "Share this article",
        "Facebook Twitter WhatsApp Email",
        "Facebook | X | LinkedIn | Copy link",
        "Share / Save / Print",
        "Tweet",
        "Print",
        "E-mail",
        "Click here to subscribe",
        "Follow us on Telegram",
        "Join us on WhatsApp",
        "Read more",
        "Read more: How the harbour bridge was built",
        "READ MORE",
        "Also read | Storm leaves thousands without power",
        "See also: Ferries",
        "Continue reading",
        "Story continues below advertisement",
        "The post Bridge collapses appeared first on Averland Daily.",
        "Sign up for our newsletter",
        "Subscribe to the Ledger",
        "Daily newsletter",
        "Download our app",
        "Listen to this article",
        "Advertisement",
        "ADVERTISEMENT",
        "Sponsored content",
        "Trending now",
        "Most read",
        "Related",
        "Related stories",
        "Related: Ferries are back",
        "More on this story",
        "Tags: bridge, harbour",
        "Filed under: Accidents",
        "Photo: The broken span. Norwind",
        "File photo: the bridge in 2019",
        "Image credit: Norwind",
        "Photo by Jonas Feld",
        "Getty Images",
        "Copyright 2026 Averland Daily. All rights reserved.",
        "© 2026 Averland Daily",
        "(c) Averland Daily",
        "All rights reserved.",
        "(This story has not been edited by our staff and is published from a syndicated feed.)",
        "This story has not been edited by our staff and is published from a syndicated feed.",
        "2 min read",
        "Published: March 3, 2026 4:05 pm",
        "Last updated: July 22, 2026 2:41 PM",
        "Updated 4 March 2026",
        "June 18, 2026 | 18:02",
        "Meridian Press • May 12, 2026 • 2 min read",
        "Comments (27)",
        "27 comments",
        "News › World › Averland",
        "Scroll to continue reading",
        "Enter your email address",
        "To watch the film, click here.",
        "More on this...",
        "Privacy Policy | Terms of Use",
        "Jonas Feld/Getty Images",
    ],
)
def test_a_line_of_the_page_is_dropped_wherever_it_stands(line):
    assert without_furniture(f"{line}\n{LEAD}\n\n{SECOND}") == f"{LEAD}\n{SECOND}"
    assert without_furniture(f"{LEAD}\n\n{line}\n\n{SECOND}") == f"{LEAD}\n{SECOND}"
    assert without_furniture(f"{LEAD}\n\n{SECOND}\n  {line} ") == f"{LEAD}\n{SECOND}"


def test_a_given_headline_is_dropped_from_the_body():
    headline = "“Barge” brings down bridge: four dead!"

    assert without_furniture(f'"Barge" brings down bridge: four dead!\n{LEAD}', headline) == LEAD
    assert without_furniture(f'"Barge" brings down bridge: four dead!\n{LEAD}') != LEAD


def test_a_headline_that_stands_twice_is_dropped_both_times():
    assert (
        without_furniture(f"Barge brings down bridge\n{LEAD}\nBarge Brings Down Bridge\n{SECOND}")
        == f"{LEAD}\n{SECOND}"
    )


def test_a_credit_in_parentheses_is_dropped_from_the_end_of_a_paragraph():
    assert (
        without_furniture(f"{LEAD} (Reporting by Marit Quayle; Editing by Jonas Feld)\n{SECOND}") == f"{LEAD}\n{SECOND}"
    )


@pytest.mark.parametrize(
    "text", ["Share on Facebook\nTweet\n\nExit mobile version", "Advertisement", "By Marit Quayle"]
)
def test_a_text_of_nothing_but_furniture_is_left_whole(text):
    assert find_furniture(text) == []


@pytest.mark.parametrize("text", ["", "\n\n", " \u2028 "])
def test_no_text_has_no_furniture(text):
    assert find_furniture(text, "Barge brings down bridge") == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_every_kind_of_line_end_ends_a_line(end):
    assert without_furniture(end.join([LEAD, "Advertisement", SECOND])) == f"{LEAD}\n{SECOND}"


LINES = st.sampled_from(
    [
        "",
        "Share",
        "By Ada Lund",
        "PORT MARLOWE (Norwind) - A barge sank.",
        "A barge sank. (Reporting by Ada Lund)",
        "A",
        "(",
        "Title",
    ]
)


@given(st.lists(LINES | st.text(max_size=20)).map("\n".join), st.none() | st.sampled_from(["Title", "", "A"]))
def test_spans_are_in_order_inside_the_text_and_apart(submitted, headline):
    edges = [edge for span in find_furniture(submitted, headline) for edge in span]

    assert edges == sorted(edges)
    assert all(start < end for start, end in zip(edges[::2], edges[1::2], strict=True))
    assert all(0 <= edge <= len(submitted) for edge in edges)


@given(st.text(st.sampled_from("ab \n\r\u2028\u2029\x85é")))
def test_lines_are_all_that_stands_between_line_ends(text):
    assert list(lines_of(text)) == [line.span() for line in re.finditer("[^\n\r\u2028\u2029]+", text)]


@given(st.text(st.sampled_from(".!?:。”'a)] \t\x1c\x85\u3000")))
def test_a_line_ends_as_a_sentence_with_brackets_behind_it(line):
    shape = regex.compile(r"""[.!?:。！？：।॥؟۔"'”’»」』][\s)\]]*\Z""")

    assert ends_sentence(line) == (shape.search(line) is not None)


def test_every_kind_of_white_space_may_stand_behind_a_sentence():
    blank = regex.compile(r"\s")
    every = (chr(point) for point in range(sys.maxunicode + 1))

    assert all(ends_sentence("A." + one) for one in every if blank.match(one))


def test_the_furniture_of_every_sample_copy_is_found(story):
    copy, wire = story["copy"], story["wire"]
    kept = without_furniture(copy["body"], copy["headline"])

    assert "Exit mobile version" not in kept
    assert "Site icon" not in kept
    assert "Copyright" not in kept
    assert copy["headline"] not in kept.splitlines()
    assert len(kept) <= 1.1 * len(wire["body"])


@given(st.from_regex(re.compile(NOTE.pattern.replace(r"\b?", "")), fullmatch=True))
def test_whatever_is_a_note_is_taken_for_one_that_may_be(line):
    assert may_be_note(line)
