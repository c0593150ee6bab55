from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.text.normalize import normalize
from wirematch.text.words import split_words


@pytest.mark.parametrize(
    ("folded", "forms"),
    [
        ("four dead, seven missing.", ["four", "dead", "seven", "missing"]),
        ("the u.s. and the u.n.'s envoy", ["the", "us", "and", "the", "un", "envoy"]),
        ("1,200 of 3.5 or 1.234,5", ["1200", "of", "3.5", "or", "1.2345"]),
        ("don't say it's the barge's", ["don't", "say", "it's", "the", "barge's"]),
        ("'quoted' words", ["quoted", "words"]),
        ("well-known twenty-one", ["well", "known", "twenty", "one"]),
        ("covid19 and snake_case", ["covid19", "and", "snake", "case"]),
        ("e-mail x@y.example", ["e", "mail", "x", "y", "example"]),
        ("straße naïve œuvre", ["straße", "naïve", "œuvre"]),
        ("i\u0307zmir", ["i\u0307zmir"]),
        ("две баржи", ["две", "баржи"]),
        ("धारा में", ["धारा", "में"]),
        ("서울 지하철", ["서울", "지하철"]),
        ("عاصفة رملية", ["عاصفة", "رملية"]),
        ("", []),
        ("--- … !? 😀", []),
    ],
)
def test_words_in_the_form_in_which_they_are_compared(folded, forms):
    assert split_words(folded).forms == forms


@pytest.mark.parametrize(
    ("folded", "forms"),
    [
        ("台風接近", ["台風", "風接", "接近", "近"]),
        ("台風、接近", ["台風", "風", "接近", "近"]),
        ("東京 tower 前", ["東京", "京", "tower", "前"]),
        ("ที่นี่", ["ที่นี่", "นี่"]),
    ],
)
def test_characters_of_scripts_without_spaces_come_in_overlapping_pairs(folded, forms):
    words = split_words(folded)

    assert words.forms == forms
    assert words.unspaced is not None
    assert [form for form, alone in zip(words.forms, words.unspaced, strict=True) if not alone] == [
        form for form in forms if form.isascii()
    ]


def test_texts_with_spaces_have_no_flags():
    assert split_words("two barges").unspaced is None
    assert split_words("две баржи").unspaced is None


LATIN = st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("aé9.,' ”–€_")).map(
    lambda text: normalize(text).text
)


@given(LATIN)
def test_a_word_of_another_script_leaves_the_others_as_they_are(folded):
    assert split_words(f"{folded} слово").forms == [*split_words(folded).forms, "слово"]


@given(st.text().map(lambda text: normalize(text).text))
def test_spans_are_where_the_words_stand(folded):
    words = split_words(folded)
    edges = words.edges.reshape(-1).tolist()

    assert len(words.forms) == len(words.edges)
    assert words.unspaced is None or len(words.unspaced) == len(words.forms)
    assert edges == sorted(edges)
    assert all(form for form in words.forms)
    assert all(
        folded[start:end].startswith(form[0])
        for form, (start, end) in zip(words.forms, words.edges.tolist(), strict=True)
    )
