"""Long texts are cut between words where there are words."""

from __future__ import annotations

import pytest

from wirematch.presentation.plain_article import shortened

WORDS = "The lighthouse of Kelder Point went dark for eleven nights before anybody ashore noticed it. " * 5
UNSPACED = "岬の灯台は十一夜のあいだ消えていたが陸では誰も気づかなかった。" * 10


def test_a_short_text_is_put_on_one_line():
    assert shortened(" dark \n\n for\televen ", 40) == "dark for eleven"


@pytest.mark.parametrize("longest", range(40, 120))
def test_a_long_text_is_cut_between_words(longest):
    text = shortened(WORDS, longest)
    first, _, last = text.partition(" … ")

    assert len(text) <= longest + 3
    assert WORDS.startswith(f"{first} ")
    assert WORDS.strip().endswith(f" {last}")


@pytest.mark.parametrize("text", [UNSPACED, f"灯台 {UNSPACED} 消灯"], ids=["none", "two"])
def test_a_text_with_hardly_any_spaces_is_cut_anywhere(text):
    assert len(shortened(text, 120)) >= 120
