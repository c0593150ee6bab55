from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wirematch.text import lexicon
from wirematch.text.languages.recognition import ENGLISH
from wirematch.text.lexicon import LONGEST_KEPT, Lexicon, current_lexicon, hash_term
from wirematch.text.normalize import normalize
from wirematch.text.words import is_latin, split_words

PIECES = st.sampled_from(
    [
        "barge",
        "the",
        "u.s.",
        "u.n.'s",
        "1,200.5",
        "19th",
        "rock'n'roll",
        "'quoted'",
        "é",
        "naïve",
        "a.b.c1",
        ",",
        "…",
        "–",
    ]
)
BETWEEN = st.sampled_from([" ", ", ", ". ", "\n\n", "\x0b", "\x85", "\u2028", "-", '"', ""])
LATIN = st.lists(st.tuples(PIECES, BETWEEN)).map(lambda parts: "".join(map("".join, parts)))


@given(LATIN | st.text(st.characters(max_codepoint=0x2FF)))
@example("x" * (LONGEST_KEPT - 1) + " 3.5pm")
def test_looking_up_finds_what_splitting_finds(submitted):
    folded = normalize(submitted).text
    known, expected = Lexicon(), split_words(folded)

    looked = known.look_up(folded)

    too_long = any(end - start > LONGEST_KEPT for start, end in expected.edges.tolist())
    assert (looked is None) == (too_long or not is_latin(folded))
    if looked is not None:
        assert [known.forms[number] for number in looked.numbers] == expected.forms
        assert looked.edges.tolist() == expected.edges.tolist()


def test_a_word_counts_as_english_reads_it():
    known = Lexicon()
    looked = known.look_up("the bridges, 12")
    assert looked is not None

    numbers = looked.numbers
    assert [known.terms[number] for number in numbers] == [ENGLISH.read(word)[0] for word in ("the", "bridges", "12")]
    assert known.words[numbers].tolist() == list(map(hash_term, ("the", "bridges", "12")))
    assert known.stems[numbers].tolist() == list(map(hash_term, ("the", "bridg", "12")))
    assert known.content[numbers].tolist() == [False, True, True]
    assert known.digits[numbers].tolist() == [False, False, True]


@pytest.mark.parametrize("folded", ["две баржи", "台風", "the " + "x" * (LONGEST_KEPT + 1)])
def test_other_letters_and_endless_words_are_not_kept(folded):
    assert Lexicon().look_up(folded) is None


def test_a_full_lexicon_reads_on_without_taking_more_and_is_replaced(monkeypatch):
    monkeypatch.setattr(lexicon, "MOST_KEPT", 3)
    known = Lexicon()
    monkeypatch.setattr(lexicon, "_lexicon", known)

    looked = known.look_up("one two three")
    assert looked is not None
    assert known.full
    assert known.look_up("one four") is None
    again = known.look_up("three one")
    assert again is not None
    assert again.numbers.tolist() == looked.numbers[[2, 0]].tolist()
    assert current_lexicon() is not known


def test_no_words_are_no_words():
    looked = Lexicon().look_up("... , !?")

    assert looked is not None
    assert (len(looked.numbers), looked.edges.shape) == (0, (0, 2))
