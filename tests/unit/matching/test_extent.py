from __future__ import annotations

import numpy as np
import pytest

from wirematch.matching.alignment import PASSAGE, RUN, Alignment
from wirematch.matching.extent import longest_of_its_own, wholly_derived
from wirematch.matching.pair import Pair
from wirematch.matching.profile import profile
from wirematch.matching.rarity import Rarity
from wirematch.text.prepare import prepare

RARITY = Rarity.from_tsv("#documents\t1\n")


def pair(words: int, *passages: tuple[int, int], taken: int = 0) -> Pair:
    """A submission of so many words, of which passages cover some and runs take some word for word."""
    text = profile(prepare(" ".join(["ferry"] * words)), RARITY)
    made = Pair(text, text)
    records = np.array([(start, end, start, end, 0, False) for start, end in passages], PASSAGE)
    covered = sum(end - start for start, end in passages)
    made.alignment = Alignment(records, np.empty(0, RUN), covered, taken)
    return made


@pytest.mark.parametrize(
    ("passages", "expected"),
    [((), 200), (((0, 200),), 0), (((0, 80), (120, 200)), 40), (((60, 200),), 60), (((10, 20), (30, 150)), 50)],
)
def test_the_longest_stretch_of_its_own_lies_before_between_or_behind_passages(passages, expected):
    assert longest_of_its_own(pair(200, *passages)) == expected


def test_three_quarters_covered_without_a_paragraph_of_its_own_is_wholly_derived():
    assert wholly_derived(pair(200, (0, 75), (100, 175)))
    assert not wholly_derived(pair(200, (0, 75), (101, 175)))


def test_a_paragraph_of_its_own_makes_a_part_of_what_is_covered_for_the_rest():
    assert wholly_derived(pair(400, (0, 175), (225, 400)))
    assert not wholly_derived(pair(400, (0, 174), (225, 400)))


def test_what_is_taken_word_for_word_counts_more_than_what_is_reworded():
    passages = (0, 60), (100, 160)

    assert wholly_derived(pair(200, *passages, taken=100))
    assert not wholly_derived(pair(200, *passages, taken=99))


def test_a_text_that_is_covered_nearly_all_is_wholly_derived_though_a_paragraph_is_its_own():
    assert wholly_derived(pair(700, (0, 630)))
    assert not wholly_derived(pair(700, (0, 629)))
