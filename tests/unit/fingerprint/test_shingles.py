from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.fingerprint.shingles import shingle
from service.text.prepare import prepare


@pytest.mark.parametrize(
    ("submitted", "shingles"),
    [
        ("The barge hit the bridge of the town.", {"barg hit", "hit bridg", "bridg town"}),
        ("The barge is in the town.", {"barg town"}),
        ("the barge", {"the barg"}),
        ("that is all they said", {"that is", "is all", "all they", "they said"}),
        ("Barge", {"barge"}),
        ("the", {"the"}),
        ("две баржи затонули", {"две баржи", "баржи затонули"}),
        ("台風接近", {"台風 風接", "風接 接近", "接近 近"}),
        ("台", {"台"}),
        ("", set()),
        ("... 😀", set()),
    ],
)
def test_pairs_of_neighbouring_content_words(submitted, shingles):
    assert shingle(prepare(submitted)) == shingles


def test_other_function_words_and_endings_change_nothing():
    assert shingle(prepare("The barges were hitting a bridge in the town.")) == shingle(
        prepare("A barge had hit the bridges of that town.")
    )


def test_every_language_has_many(foreign):
    wire, copy, unrelated = (shingle(prepare(foreign[kind])) for kind in ("wire", "copy", "unrelated"))

    assert len(wire) > 50
    assert len(wire & copy) > 0.9 * len(wire)
    assert len(wire & unrelated) < 0.1 * len(wire)


@given(st.text())
def test_only_a_text_without_words_has_none(submitted):
    text = prepare(submitted)

    assert bool(shingle(text)) == bool(len(text))
