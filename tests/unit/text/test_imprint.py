from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.text.imprint import LETTERS, PLACEHOLDER, pack_words, placeholder_text, unpack_words
from wirematch.text.prepare import prepare
from wirematch.text.prepared import PreparedText

STORY = (
    "AVERLAND, March 3 (Norwind) - Four people died when a barge brought down the harbour bridge, police said.\n\n"
    '"We heard it fall," said Marlo Teng, who runs the pilot station. Divers went on searching until 11 p.m.\n\n'
    "(Reporting by Ilse Brand)"
)
TEXTS = [
    STORY,
    "<p>Four <b>people</b> died &amp; seven are missing.</p><p>The bridge fell at dawn.</p>",
    "Vier Menschen starben, als ein Frachter die Brücke rammte. Die Polizei sucht weiter nach Vermissten.",
    "港の橋が月曜日の夜に崩れ、四人が死亡した。警察が発表した。",
    "F\u043eur pe\u043eple died in the h\u0430rbour, the p\u043elice said on Monday night.",
    "...",
]


def assert_same(found: PreparedText, made: PreparedText) -> None:
    for field in dataclasses.fields(PreparedText):
        if field.name != "terms":
            assert np.array_equal(getattr(found, field.name), getattr(made, field.name)), field.name
    assert [len(term) for term in found.terms] == [min(len(term), LETTERS) for term in made.terms]


@pytest.mark.parametrize("body", TEXTS)
def test_all_but_the_letters_comes_back(body):
    made = prepare(body)
    packed = pack_words(made)
    assert_same(unpack_words(packed), made)
    assert not any(word.encode() in packed for word in body.split() if len(word) > 3)


@given(st.text(max_size=300))
def test_of_any_text(body):
    assert_same(unpack_words(pack_words(prepare(body))), prepare(body))


def test_what_is_hidden_stands_where_it_stood():
    made = prepare(STORY)
    shown = placeholder_text(made)
    assert len(shown) == len(STORY)
    assert set(shown) == {PLACEHOLDER, " "}
    for start, end in zip(made.starts.tolist(), made.ends.tolist(), strict=True):
        assert shown[start:end] == PLACEHOLDER * (end - start)
    assert placeholder_text(prepare("...")) == PLACEHOLDER * 3


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_damaged_imprint_is_refused_or_read(place):
    packed = bytearray(pack_words(prepare(STORY)))
    packed[place] ^= 0xFF
    for broken in (bytes(packed), bytes(packed[:place])):
        try:
            text = unpack_words(broken)
        except ValueError:
            continue
        assert len(placeholder_text(text)) == text.length
