from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from wirematch.text.normalize import NormalizedText, normalize

# Any visible letters, and those whose composition and lower-casing depend on their neighbours.
UNSEEN = regex.compile(r"\p{Default_Ignorable_Code_Point}")
LETTERS = st.text(
    st.characters(categories=["L", "M", "N"]).filter(lambda character: not UNSEEN.match(character))
) | st.text(st.sampled_from("aeΣßİ \u0301\u0323\u3131\u314f\ufb01"))
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u202e"


def source_span(folded: NormalizedText, start: int, end: int) -> tuple[int, int]:
    """Return the span of the submitted text that ``text[start:end]`` came from."""
    return (start, end) if folded.starts is None else (folded.starts[start], folded.ends[end - 1])


@pytest.mark.parametrize(
    ("submitted", "folded"),
    [
        ("Four DEAD in Port Marlowe", "four dead in port marlowe"),
        ("“So,” she said, «yes» and „no‟", '"so," she said, "yes" and "no"'),
        ("the harbour’s ‘new’ pier", "the harbour's 'new' pier"),
        ("well\u2011known \u2013 or so \u2014 it seemed \u2212 to us", "well-known - or so - it seemed - to us"),
        ("wait…", "wait."),
        ("co\u00adop\u00aderate", "cooperate"),
        ("zero\u200bwidth \ufeffand \u2060joined", "zerowidth and joined"),
        ("\u202eturned\u202c round", "turned round"),
        ("the \ufb01nal \ufb02ight o\ufb03ce", "the final flight office"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00"),
        ("\u3131\u314f", "\uac00"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("ﾊﾟﾝ", "パン"),
        ("① km²", "1 km2"),
        ("İzmir", "i\u0307zmir"),
        ("J\u030c", "\u01f0"),
        ("I\u0327\u0307", "i\u0327\u0307"),
        ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
        ("non\u00a0breaking\u202fand\tthin", "non breaking and thin"),
        ("line\nends\r\nstay", "line\nends\r\nstay"),
        ("", ""),
    ],
)
def test_typography_is_folded(submitted, folded):
    assert normalize(submitted).text == folded


@pytest.mark.parametrize("hidden", ["\ufe0f", "\u034f", "\U000e0100"], ids=["variation", "joiner", "ideographic"])
def test_marks_that_only_choose_a_glyph_are_folded_too(hidden):
    assert normalize(f"the bri{hidden}dge 葛{hidden}城").text == "the bridge 葛城"


@pytest.mark.parametrize("hidden", ["\x00", "\x07", "\x1b", "\x7f"])
def test_control_characters_within_a_word_are_folded_away(hidden):
    found = normalize(f"The fer{hidden}ry{hidden} sailed")

    assert found.text == "the ferry sailed"
    assert (found.starts[7], found.ends[8]) == (8, 10)


def test_control_characters_that_are_white_space_stay():
    assert normalize("a\x0bb\x0cc\x1cd\ne").text.split() == ["a", "b", "c", "d", "e"]


def test_the_case_of_greek_is_folded_alike_whatever_else_the_text_holds():
    alone = normalize("ΟΔΟΣ").text
    beside_a_ligature = normalize("ΟΔΟΣ \ufb01").text

    assert beside_a_ligature == f"{alone} fi"


@pytest.mark.parametrize(
    ("submitted", "word", "span"),
    [
        ("plain words", "words", (6, 11)),
        ("the co\u00adoperative", "cooperative", (4, 16)),
        ("an o\ufb03ce door", "office", (3, 7)),
        ("an o\ufb03ce door", "door", (8, 12)),
        ("İzmir harbour", "harbour", (6, 13)),
        ("un cafe\u0301 noir", "caf\u00e9", (3, 8)),
        ("un cafe\u0301 noir", "noir", (9, 13)),
        ("“So” it goes", "goes", (8, 12)),
    ],
)
def test_the_span_of_a_word_is_where_it_was_submitted(submitted, word, span):
    folded = normalize(submitted)
    at = folded.text.index(word)

    assert source_span(folded, at, at + len(word)) == span


def test_a_text_that_lines_up_carries_no_map():
    folded = normalize("“Plain” typography — of one code point each…")

    assert folded.starts is None
    assert folded.ends is None


@given(st.text())
def test_every_character_came_from_somewhere_and_in_order(submitted):
    folded = normalize(submitted)
    spans = [source_span(folded, place, place + 1) for place in range(len(folded.text))]

    assert all(0 <= start < end <= len(submitted) for start, end in spans)
    assert spans == sorted(spans)


@given(LETTERS)
def test_folding_piece_by_piece_is_folding_the_whole(submitted):
    # Composed again after lower-casing: a small j with caron has a precomposed form, a capital has none.
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", submitted).lower())

    # The form of a final sigma depends on its neighbours; both forms count as one letter here.
    assert normalize(submitted).text.replace("ς", "σ") == whole.replace("ς", "σ")


@given(LETTERS)
def test_composed_and_decomposed_text_is_one(submitted):
    assert normalize(unicodedata.normalize("NFD", submitted)).text == normalize(submitted).text


@given(st.lists(st.tuples(LETTERS, st.sampled_from(INVISIBLE))))
def test_what_cannot_be_seen_changes_nothing(pieces):
    visible = "".join(letters for letters, _ in pieces)
    riddled = "".join(letters + invisible for letters, invisible in pieces)

    assert normalize(riddled).text.replace("ς", "σ") == normalize(visible).text.replace("ς", "σ")


@given(st.text())
def test_folding_twice_is_folding_once(submitted):
    once = normalize(submitted).text

    assert normalize(once).text == once
