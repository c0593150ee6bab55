from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wirematch.presentation.pages.marked_text import Marking, mark

TEXTS = st.text(alphabet="ab \n<&é", max_size=60)


@st.composite
def marked(draw):
    body = draw(TEXTS)
    spans = st.tuples(st.integers(0, len(body)), st.integers(0, len(body))).map(sorted)
    markings = [
        Marking(start, end, number, "reworded", draw(st.sampled_from((0.5, 1.0))))
        for number, (start, end) in enumerate(draw(st.lists(spans, max_size=6)), 1)
    ]
    return body, markings, [tuple(span) for span in draw(st.lists(spans, max_size=3))]


@given(marked())
def test_no_word_is_lost_or_moved(case):
    body, markings, asides = case
    paragraphs = mark(body, markings, asides)

    shown = "".join("".join(one.text for one in paragraph) for paragraph in paragraphs)
    assert "".join(shown.split()) == "".join(body.split())
    assert all(one.text for paragraph in paragraphs for one in paragraph)


@given(marked())
def test_every_marking_with_a_word_under_it_begins_once(case):
    body, markings, asides = case
    begun = [number for paragraph in mark(body, markings, asides) for one in paragraph for number in one.begun]

    assert len(begun) == len(set(begun))
    assert {one.number for one in markings if body[one.start : one.end].strip()} <= set(begun)


def test_where_markings_overlap_the_heaviest_is_shown_and_all_are_told():
    [[first, both, last]] = mark("one two three", [Marking(0, 7, 1, "quote", 0.5), Marking(4, 13, 2, "verbatim", 1.0)])

    assert (first.text, first.numbers, first.style) == ("one ", (1,), "quote")
    assert (both.text, both.numbers, both.style, both.begun) == ("two", (2, 1), "verbatim", (2,))
    assert (last.text, last.numbers, last.begun) == (" three", (2,), ())


def test_blank_lines_part_paragraphs_and_line_ends_do_not():
    assert [[one.text for one in part] for part in mark("\n\na\nb\n \n\n c ", [])] == [["a\nb"], ["c"]]


def test_a_marking_over_two_paragraphs_is_in_both():
    [[first], [second]] = mark("one\n\ntwo", [Marking(0, 8, 1, "verbatim")])

    assert first.begun == (1,)
    assert second.numbers == (1,)
    assert second.begun == ()


def test_what_stands_aside_is_told_apart_within_and_without_markings():
    [parts] = mark("said loudly he", [Marking(0, 11, 1, "reworded")], [(5, 14)])

    assert [(one.text, one.number, one.aside) for one in parts] == [
        ("said ", 1, False), ("loudly", 1, True), (" he", None, True),
    ]  # fmt: skip
