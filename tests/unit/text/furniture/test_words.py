"""If the kernel finds no line of furniture in a text, the regular expressions do not, either."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.kernels import needs_kernels
from support.texts import texts
from wirematch.kernels.text.furniture import may_have_furniture
from wirematch.text.furniture.finding import find_furniture, find_furniture_in_python
from wirematch.text.furniture.shapes import CREDIT_LINE, NOTE, PAGE_FURNITURE
from wirematch.text.furniture.words import FURNITURE_WORDS, may_be_credit, may_be_of_page

pytestmark = needs_kernels

SOURCES = " ".join(shape.pattern for shape in (PAGE_FURNITURE, CREDIT_LINE, NOTE))
LITERALS = sorted(
    {*re.findall("[A-Za-z]{2,}", SOURCES), "3", "12 min", "(3)", "Ada Long", "©", "(c)", "@port", "here."}
)
LONG = (
    "The barge drifted into the harbour bridge at night, and the mayor said that nobody had been hurt by it so far. "
    * 4
)
LINES = (
    LONG, "PORT MARLOWE (Norwind) - The barge drifted", "It was dark.", "Share", "By Ada Long", "Bridge lost",
    "bridge lost", "The views expressed here are her own.", "Bridge", "Port", "Barge", "— Ada", "“Share”", "2 comments",
    "Ada Long is a reporter who covers the port.", "A poll of 1,000 had a margin of error of 3 points.", "  ",
    "The view was good", "It ended. (Reporting by Ada Long)", "It ended. (Reporting by\nAda Long)", "\t(Share)",
    "Ada Long covers the port", "Ada Long Ada Long“It was over and nobody was hurt MORE", "12 Shares", "… more",
    "Élise Long staff", "[Menu]", "Next › Bridge", "and so on",
)  # fmt: skip

NOTES = (
    "All content created by Norwind is available free of charge.", "Do not republish without asking the port.",
    "Except for the headline, this story has not been edited by our desk.", "This copy has been edited.",
    "This article was first published in the harbour's own paper.", "This page is for general information only.",
    "This barge may not be copied or sold.", "The opinions expressed here are her own.", "This site uses cookies.",
    "For licensing of these pictures, contact the port.", "For syndication and more, visit the port.",
    "For reprint rights see the port.", "For republishing this, click the port.", "We use cookies to count boats.",
    "We uses cookies.", "Our website uses cookies.", "Our site uses cookies.",
    "By continuing to row you agree to our terms.",
    "By signing up here, you agree to our terms.", "By subscribing, you agree to our terms.",
    "If you buy a boat, we may earn a commission.", "When you click here, we earn a commission.",
    "Got a tip? Tell the port.", "Have an news tip? Tell the port.", "Got an confidential tip?", "Have a tip?",
    "2 people at the port and one on the bridge contributed reporting to this story from Port Marlowe on Monday",
)  # fmt: skip
"""Some of each kind that is told by more than its first word."""


@given(st.lists(st.sampled_from(LINES) | texts, max_size=9).map("\n".join), st.sampled_from((None, "", *LINES)))
def test_any_text(text, headline):
    assert find_furniture(text, headline) == find_furniture_in_python(text, headline)


def test_any_line_of_words_of_the_shapes():
    lines = [*LITERALS, *map(" ".join, product(LITERALS, repeat=2))]
    assert len(lines) > 10_000
    assert not [line for line in lines if is_furniture(line) and not may_have_furniture(line.encode(), FURNITURE_WORDS)]
    assert not [line for line in lines if PAGE_FURNITURE.fullmatch(line) and not may_be_of_page(line)]
    assert not [line for line in lines if CREDIT_LINE.fullmatch(line) and not may_be_credit(line)]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("shape", ["{}", "“{}”", "  {}", "( {} )"])
def test_notes_whose_first_word_begins_many_sentences(note, shape):
    assert NOTE.fullmatch(note.lower())
    line = shape.format(note)
    assert may_have_furniture(f"{LONG}\n{line}\n{LONG}".encode(), FURNITURE_WORDS)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("first_and_held_by_note", "This barge may not be copied or sold."),
        ("held_by_note", "Names of the dead: Ada Long can be reached on the harbour's telephone at noon."),
        ("held_by_note", "Ivo Feld contributed to this report."),
        ("held_by_line", "Barge at the bridge /Getty, seen at noon."),
        ("held_by_line", "Seen the barge? Click on it."),
        ("held_by_line", "Seen the barge? Tap on it."),
    ],
)
def test_the_kernel_takes_its_words_from_python(given, line):
    text = f"{LONG}\n{line}\n{LONG}".encode()
    assert may_have_furniture(text, FURNITURE_WORDS)
    assert not may_have_furniture(text, replace(FURNITURE_WORDS, **{given: ["no such word"]}))


def test_a_long_line_that_begins_with_a_number_or_a_common_word_is_a_sentence():
    told = "people saw how the barge drifted into the harbour bridge, and none of them was hurt by it, as the port says"
    for first in ("214", "This", "For", "We", "If", "When", "By", "Have", "Our", "Do", "All"):
        line = f"{first} {told}, though the barge was 40 metres long and had been loaded with sand on Monday morning."
        assert len(line) > 160
        assert not may_have_furniture(f"{LONG}\n{line}\n{LONG}".encode(), FURNITURE_WORDS), first


def is_furniture(line: str) -> bool:
    folded = line.lower()
    return any((PAGE_FURNITURE.fullmatch(folded), CREDIT_LINE.fullmatch(line), NOTE.fullmatch(folded)))


def test_most_texts_are_told_by_the_kernel(stories):
    bodies = [told["body"] for story in stories.values() for told in story.values()]
    assert all(find_furniture(body) == find_furniture_in_python(body) for body in bodies)
    assert not may_have_furniture(f"PORT MARLOWE (Norwind) - {LONG}\n{LONG}".encode(), FURNITURE_WORDS)
