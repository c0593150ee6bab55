from __future__ import annotations

import pytest

from wirematch.text.english import FUNCTION_WORDS, stem


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("defence", "defense"),
        ("honour", "honor"),
        ("centre", "center"),
        ("theatres", "theaters"),
        ("metres", "meter"),
        ("organised", "organized"),
        ("neighbours", "neighbors"),
    ],
)
def test_spellings_of_both_sides_of_the_ocean_are_one(british, american):
    assert stem(british) == stem(american)


@pytest.mark.parametrize("form", ["collapses", "collapsed", "collapsing", "collapse's", "collapse'"])
def test_forms_of_a_word_are_one(form):
    assert stem(form) == stem("collapse")


@pytest.mark.parametrize(
    ("one", "other"), [("bridge", "barge"), ("strait", "straight"), ("four", "for"), ("2021", "2022")]
)
def test_other_words_are_others(one, other):
    assert stem(one) != stem(other)


def test_function_words_stand_in_the_form_in_which_words_are_compared():
    assert all(word == word.lower() and word.replace("'", "").isalpha() for word in FUNCTION_WORDS)
