from __future__ import annotations

import math

import pytest

from wirematch.matching.profiles.rarity import Rarity
from wirematch.matching.resources import default_comparer
from wirematch.text.frequencies import StoryCounts
from wirematch.text.prepare import prepare

RARITY = Rarity(*StoryCounts.from_tsv("#documents\t999\nbridg\t99\nmillion\t499\n"))


def test_a_rarer_word_weighs_more_and_a_function_word_nothing():
    weights = RARITY.weigh(prepare("the bridge of a million barges"))

    assert weights.tolist() == pytest.approx(
        [0, math.log(1000 / 100), 0, 0, math.log(1000 / 500), math.log(1000 / 3)], abs=1e-5
    )


def test_an_unlisted_word_weighs_most():
    assert RARITY.ceiling == pytest.approx(math.log(1000 / 3))
    assert RARITY.weigh(prepare("they said the strait"))[-1] == pytest.approx(RARITY.ceiling)


def test_longer_words_of_other_languages_weigh_more_up_to_half_the_ceiling():
    weights = RARITY.weigh(prepare("две баржи затонуло"))

    assert weights.tolist() == pytest.approx([RARITY.ceiling / 2 * share for share in (0.5, 5 / 6, 1)])


def test_characters_of_scripts_without_spaces_weigh_the_same():
    assert RARITY.weigh(prepare("船沈")).tolist() == pytest.approx([RARITY.ceiling / 2] * 2)


def test_function_words_of_other_languages_weigh_nothing(foreign):
    text = prepare(foreign["wire"])

    assert (RARITY.weigh(text)[~text.content] == 0).all()
    assert (RARITY.weigh(text)[text.content] > 0).all()


def test_no_words_weigh_nothing():
    assert RARITY.weigh(prepare("")).tolist() == []


def test_the_table_that_ships_knows_the_words_of_news():
    comparer = default_comparer()
    common, rare = comparer.rarity.weigh(prepare("the government and the quillern"))[[1, 4]]

    assert 0 < common < rare / 2
