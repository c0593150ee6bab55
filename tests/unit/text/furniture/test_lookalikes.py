"""Text that resembles furniture but is the reporter's own: all of it is kept."""

from __future__ import annotations

import pytest

from support.furniture_texts import LEAD, SECOND, without_furniture


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


def test_a_sentence_that_stands_twice_is_kept_both_times():
    text = f"{LEAD}\nNobody knows.\n{SECOND}\nNobody knows."

    assert without_furniture(text) == text


@pytest.mark.parametrize("parentheses", ["(The bridge was built in 1968.)", "(written by volunteers)"])
def test_other_parentheses_are_kept(parentheses):
    text = f"{LEAD} {parentheses}"

    assert without_furniture(text) == text
