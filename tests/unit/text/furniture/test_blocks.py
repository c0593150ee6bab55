"""Furniture recognised by paragraphs: rights notes, author notes, lists of links, closing paragraphs."""

from __future__ import annotations

import textwrap

import pytest

from support.furniture_texts import LEAD, SECOND, without_furniture


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
    # Every word is capitalised, as nouns are in German; Korean and Hindi have no capitals at all.
    text = "\n".join(textwrap.wrap(f"{LEAD} {SECOND}".title().replace(".", ""), width)) + "."

    assert without_furniture(f"{LEAD}\n{text}\n{LEAD} {SECOND} {LEAD}") == f"{LEAD}\n{text}\n{LEAD} {SECOND} {LEAD}"


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
