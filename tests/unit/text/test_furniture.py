from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.text.furniture import find_furniture

LEAD = "A loaded barge broke loose in the storm before dawn and brought down part of the old harbour bridge."
SECOND = "Divers searched the channel all day, and the ferries were running again by the evening."


def without_furniture(submitted: str, headline: str | None = None) -> str:
    """What is left of a text, its lines stripped, empty ones gone."""
    kept, at = [], 0
    for start, end in find_furniture(submitted, headline):
        kept.append(submitted[at:start])
        at = end
    kept.append(submitted[at:])
    return "\n".join(line.strip() for line in "".join(kept).splitlines() if line.strip())


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


@pytest.mark.parametrize(
    "sentence",
    [
        "By midnight the fire was out.",
        "By Tuesday evening, the water had reached the church.",
        "The report was published on Thursday by the audit office.",
        "Published on Monday, the study followed 4,860 patients for eighteen months.",
        "Produced by volunteers, the film opens in Tolvane on Friday.",
        "Copyright owners sued the company on Tuesday.",
        "Share prices fell on Tuesday.",
        "Sharing a border, the two countries share a river too.",
        "More than 40 people were hurt.",
        "Images of the bridge were shown all day.",
        "Readers sent in their own pictures.",
        "Follow-up checks are due in May.",
        "He has not seen the report.",
        "Search teams came by boat.",
        "Likewise, the mayor stayed away.",
        "Updates are expected on Friday.",
        "Printing had begun.",
        "Related species were not counted.",
        "Subscribers lost 40 crowns each.",
        "Copyright Averland belongs to nobody, the court found.",
        "(c) the name of the person who signed for it.",
        "Getty Images sued the company on Tuesday.",
        "Like us, the birds feel the cold.",
        "Ads by the campaign ran all week.",
        "Photos by the agency showed smoke over the quay.",
        "More from the mayor is expected on Friday.",
        "Newsletters were sent to all members.",
        "Read more than once, the letter said no.",
        "Register offices stayed closed.",
        "“Click here,” the message said, and she did.",
        "Police spoke to the hospital staff",
        "May 12 was the coldest day.",
        "This report has been dismissed by the ministry as false.",
        "The report has been updated twice since 2019.",
        "The island can be reached at low tide.",
        "Names of the victims may not be published under Averland law.",
        "Old pipes contributed to this disaster.",
        "The opinions of the judges do not represent the law.",
        "— Nobody knows.",
    ],
)
def test_a_sentence_that_looks_a_little_like_it_is_kept(sentence):
    text = f"{LEAD}\n\n{sentence}\n\n{SECOND}"

    assert without_furniture(text) == f"{LEAD}\n{sentence}\n{SECOND}"


@pytest.mark.parametrize(
    "opening",
    [
        "World Health Union (WHU) officials said on Monday that cases had fallen.",
        "Four people died in Port Marlowe (two of them children) when the bridge fell.",
        "Minister Ilse Dorrigan said: “No report will be left in a drawer again.”",
        "The pier, well-known and well-loved, is gone.",
        "A storm - the third this year - broke the mooring lines.",
        "The Averland Press Union (APU) was founded on Monday.",
        "Senator Ilse Dorrigan (R-Tolvane) left the room.",
        "The Associated Press (AP) said on Monday that cases had fallen.",
    ],
)
def test_a_first_sentence_that_looks_a_little_like_a_dateline_is_kept(opening):
    assert without_furniture(f"{opening}\n{SECOND}") == f"{opening}\n{SECOND}"


def test_a_long_paragraph_is_kept_whatever_it_begins_with():
    paragraph = "Read more than once, " + "the letter says the fenders were left out for want of money, " * 4

    assert without_furniture(f"{LEAD}\n{paragraph}") == f"{LEAD}\n{paragraph.strip()}"


def test_a_given_headline_is_dropped_from_the_body():
    headline = "“Barge” brings down bridge: four dead!"

    assert without_furniture(f'"Barge" brings down bridge: four dead!\n{LEAD}', headline) == LEAD
    assert without_furniture(f'"Barge" brings down bridge: four dead!\n{LEAD}') != LEAD


def test_a_headline_that_stands_twice_is_dropped_both_times():
    assert (
        without_furniture(f"Barge brings down bridge\n{LEAD}\nBarge Brings Down Bridge\n{SECOND}")
        == f"{LEAD}\n{SECOND}"
    )


def test_a_sentence_that_stands_twice_is_kept_both_times():
    text = f"{LEAD}\nNobody knows.\n{SECOND}\nNobody knows."

    assert without_furniture(text) == text


def test_a_credit_in_parentheses_is_dropped_from_the_end_of_a_paragraph():
    assert (
        without_furniture(f"{LEAD} (Reporting by Marit Quayle; Editing by Jonas Feld)\n{SECOND}") == f"{LEAD}\n{SECOND}"
    )


@pytest.mark.parametrize("parentheses", ["(The bridge was built in 1968.)", "(written by volunteers)"])
def test_other_parentheses_are_kept(parentheses):
    text = f"{LEAD} {parentheses}"

    assert without_furniture(text) == text


@pytest.mark.parametrize(
    "note",
    [
        "Content created by the Tolvane Foundation is available without charge to any eligible news publisher.",
        f"All content produced by the Ledger is available free. {'All reprints name it. ' * 8}",
        "Ada Lund contributed to this report.",
        "Norwind's Jonas Feld and Ada Lund in Tolvane contributed reporting to this story.",
        "— Ada Lund contributed to this article from Tolvane",
        "Send tips to ada@ledger.example",
        "Got a news tip? Write to the desk.",
        "Ada Lund can be reached at ada@ledger.example. Feld can be reached at 555 010 0199.",
        "Contact the author at ada@ledger.example.",
        "Follow Ada Lund: @adalund",
        "This story was originally published by the Tolvane Courier.",
        "This story originally appeared in the Tolvane Courier.",
        "This article has been updated with a statement from the harbour authority.",
        "Except for the headline, this story has not been edited by Ledger staff.",
        "This article is for information only and is not medical advice.",
        "The views expressed in this article are those of the author and do not reflect the position of the Ledger.",
        "Opinions expressed by the contributors are their own.",
        "Disclaimer: figures are delayed by fifteen minutes.",
        "Editor's note: the name of the ship was corrected on Tuesday.",
        "This material may not be published, broadcast, rewritten or redistributed without permission.",
        "Reproduction in whole or in part is prohibited.",
        "Republished under a Creative Commons licence.",
        "We use cookies to improve what you see.",
        "If you buy something through our links, we may earn a commission.",
        "Support our journalism with 4 crowns a month.",
        "Click here to support the Ledger",
    ],
)
def test_a_note_on_rights_or_contacts_is_dropped(note):
    assert without_furniture(f"{LEAD}\n\n{note}\n\n{SECOND}") == f"{LEAD}\n{SECOND}"


@pytest.mark.parametrize(
    "about",
    [
        "Marit Quayle is a senior reporter at the Averland Daily. Follow her on Twitter @maritquayle.",
        "Marit Quayle is the author of Harbour Lights and two other books.",
        "Marit Quayle covers politics for the Averland Daily.",
        "Marit van der Quayle, who lives in Tolvane, is professor of naval history at Westerholm.",
        "Marit Quayle writes about ships.",
    ],
)
def test_who_wrote_it_is_dropped_from_the_end(about):
    assert without_furniture(f"{LEAD}\n{SECOND}\n{about}") == f"{LEAD}\n{SECOND}"
    assert without_furniture(f"By Marit Quayle\n{LEAD}\n{SECOND}\n{about}\nShare\nAll rights reserved.") == (
        f"{LEAD}\n{SECOND}"
    )


def test_authors_may_be_several():
    abouts = "Marit Quayle is a reporter in Tolvane.\nJonas Feld covers ships for the Ledger."

    assert without_furniture(f"{LEAD}\n{SECOND}\n{abouts}") == f"{LEAD}\n{SECOND}"


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD}\nMarit Quayle is a reporter at the Averland Daily.\n{SECOND}",
        f"{LEAD}\nPolice named the woman as Quayle.\nMarit Quayle is a reporter at the Averland Daily.",
        f"{LEAD}\nMarit Quayle is a nurse.",
        f"{LEAD}\nShe is a reporter at the Averland Daily.",
        f"{LEAD}\nMarit Quayle is a reporter. “I saw it fall,” she said.",
    ],
    ids=["in the middle", "named before", "no author", "nobody", "speaks"],
)
def test_a_person_of_the_story_is_kept(text):
    assert without_furniture(text) == text


LINKS = [
    "Tram drivers call off strike",
    "Ormsee bathing ban lifted after three summers",
    "Why nobody is buying a new washing machine",
    "In pictures",
]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_a_list_of_links_is_dropped(gap, place):
    story = {"before": ["", LEAD, SECOND], "between": [LEAD, "", SECOND], "after": [LEAD, SECOND, ""]}[place]
    page = gap.join(gap.join(LINKS) if part == "" else part for part in [*story, f"{SECOND} {LEAD}"])

    assert without_furniture(page) == f"{LEAD}\n{SECOND}\n{SECOND} {LEAD}"


def test_lines_of_furniture_count_in_a_list():
    page = f"Home\nNews\nMenu\nSport\n{LEAD}\n{SECOND}"

    assert without_furniture(page) == f"{LEAD}\n{SECOND}"


@pytest.mark.parametrize(
    "lines",
    [
        LINKS[:3],
        [f"{line}." for line in LINKS],
        [f"“{line}”" for line in LINKS],
        [f"{line}:" for line in LINKS],
        [f"{line}," for line in LINKS],
        ["The union says that it will only go back to work for:", *LINKS],
        [*LINKS, "whose owners could not be reached"],
        ["Quayle 41", "Feld 38.5", "Lund 12", "Abbick 7"],
        ["March 3 - bridge falls", "March 4 - ferries begin", "March 9 - inquiry opens", "May 2 - report"],
        [f"{LEAD[:-1]} in {place}" for place in ("Tolvane", "Luthen", "Ormsee", "Skerrow")],
    ],
    ids=["few", "sentences", "quoted", "headings", "unfinished", "introduced", "broken", "table", "dates", "long"],
)
def test_short_lines_of_a_story_are_kept(lines):
    text = "\n".join([LEAD, SECOND, *lines, f"{SECOND} {LEAD}", f"{LEAD} {SECOND}", f"{LEAD} {LEAD} {SECOND}"])

    assert without_furniture(text) == text


def test_a_list_that_is_most_of_the_text_is_kept():
    text = "\n".join([SECOND, *LINKS])

    assert without_furniture(text) == text


@pytest.mark.parametrize("width", [45, 60, 75])
def test_lines_of_a_wrapped_paragraph_are_kept(width):
    # Every word has a capital, as nouns have in German; Korean and Hindi have none at all.
    text = "\n".join(textwrap.wrap(f"{LEAD} {SECOND}".title().replace(".", ""), width)) + "."

    assert without_furniture(f"{LEAD}\n{text}\n{LEAD} {SECOND} {LEAD}") == f"{LEAD}\n{text}\n{LEAD} {SECOND} {LEAD}"


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


def test_the_furniture_of_every_sample_copy_is_found(story):
    copy, wire = story["copy"], story["wire"]
    kept = without_furniture(copy["body"], copy["headline"])

    assert "Exit mobile version" not in kept
    assert "Site icon" not in kept
    assert "Copyright" not in kept
    assert copy["headline"] not in kept.splitlines()
    assert len(kept) <= 1.1 * len(wire["body"])


BIOGRAPHY = (
    "Ilsa V. Moreland is Senior Editor-at-Large at Norwind News. She read harbour law in Port Marlowe and is the "
    "author of The Long Crossing, which tells of a winter on the ferries and was reprinted four times. In 2019 "
    "she was given the Lantern Prize for a series on bridges that nobody inspects, and in 2022 a fellowship of the "
    "Press Council, which took her to nine harbours in as many months. Follow her on Twitter at @ilsamoreland."
)
METHOD = (
    "The Norwind Poll is based on telephone interviews with 1,022 randomly chosen voters of Averland and was conducted "
    "from March 3 to 5. It has a margin of sampling error of plus or minus three percentage points."
)


@pytest.mark.parametrize("closing", [BIOGRAPHY, METHOD, f"{METHOD}\n{BIOGRAPHY}"])
def test_a_long_closing_paragraph_on_author_or_method_is_dropped(closing):
    assert without_furniture(f"{LEAD}\n{SECOND}\n{closing}") == f"{LEAD}\n{SECOND}"


@pytest.mark.parametrize(
    "lines",
    [
        [LEAD, BIOGRAPHY.replace("Follow her on Twitter at @ilsamoreland", "She has seen more of them since")],
        [LEAD, METHOD, SECOND],
        [LEAD, f'"{METHOD}" said the mayor.'],
        [LEAD, "A survey that was conducted in May had found the opposite."],
    ],
)
def test_a_long_paragraph_that_says_more_is_kept(lines):
    assert without_furniture("\n".join(lines)) == "\n".join(lines)


def test_links_dropped_behind_a_name_are_left_out():
    links = " Ilsa Vale MorelandCouncil to vote on ferries The Harbour's morning report: five takeaways MORE"
    sentence = "The bridge will be closed for a year, Mayor Ilsa Moreland{} (I) told the council on Monday."

    assert without_furniture(f"{LEAD}\n{sentence.format(links)}") == f"{LEAD}\n{sentence.format('')}"


def test_a_name_said_twice_drops_nothing():
    text = f"{LEAD}\nMayor Ilsa Moreland and her father Olav Moreland asked for MORE money."

    assert without_furniture(text) == text


def test_items_of_a_gallery_are_dropped():
    item = "Ferries then and now See how the boats of the strait have changed since the first of them was launched. "

    assert without_furniture(f"{LEAD}\n{item}Shares\n{SECOND}") == f"{LEAD}\n{SECOND}"
