from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from service.matching.features import FEATURES, measure, overlap_sentences
from service.matching.profile import profile
from service.matching.rarity import Rarity
from service.text.prepare import prepare

RARITY = Rarity(1_000, {"said": 500})
LENGTHS = {"submission_length", "story_length"}
TEXTS = st.text() | st.lists(st.sampled_from(["barge", "bridge", "the", "said.", "“four", "dead”", "\n\n", "船"])).map(
    " ".join
)


def measured(submission: str, story: str) -> dict[str, float]:
    mine, theirs = (profile(prepare(text), RARITY) for text in (submission, story))
    return measure(mine, theirs, overlap_sentences(mine, theirs))


@given(TEXTS, TEXTS)
@example("HE:0000", "0000")  # one of them reads as English
def test_features_are_shares_and_lengths_whatever_the_texts(submission, story):
    features = measured(submission, story)

    assert tuple(features) == FEATURES
    assert all(math.isfinite(value) for value in features.values())
    assert all(0 <= value <= 1 + 1e-6 for name, value in features.items() if name not in LENGTHS)
    assert all(features[name] >= 0 for name in LENGTHS)


@given(TEXTS, TEXTS)
def test_swapping_the_texts_swaps_their_features(submission, story):
    assume(prepare(submission).english == prepare(story).english)
    one, other = measured(submission, story), measured(story, submission)

    for name in FEATURES:
        if name.endswith("_in_story") and not name.startswith("rare"):  # what is rare, the submission says
            assert one[name] == pytest.approx(other[name.replace("_in_story", "_in_submission")])


def test_a_text_shares_everything_with_itself(bridge):
    features = measured(bridge["wire"]["body"], bridge["wire"]["body"])

    assert all(features[name] == pytest.approx(1) for name in FEATURES if "_in_" in name)
    assert features["order_kept"] == 1
    assert features["length_ratio"] == 1


def test_strangers_share_nothing():
    features = measured("Barge hits bridge; four dead.", "Wheat prices rose again last year.")

    assert all(features[name] == 0 for name in FEATURES if "_in_" in name)


def test_the_part_of_a_story_is_in_the_story_and_the_story_partly_in_it():
    features = measured("Barge hits old bridge.", "Barge hits old bridge. Ferries carry islanders instead today.")

    assert features["content_in_story"] == 1
    assert features["content_in_submission"] < 0.7
    assert features["trigrams_in_story"] == 1


def test_sentences_in_another_order_lower_the_order_kept():
    sentences = ["Barge sank slowly.", "Divers searched channels.", "Ferries carried islanders."]
    kept = measured(" ".join(sentences), " ".join(sentences))["order_kept"]
    turned = measured(" ".join(reversed(sentences)), " ".join(sentences))["order_kept"]

    assert kept == 1
    assert turned == pytest.approx(1 / 3)


def test_quotations_are_counted():
    assert measured("Nobody knows, “not one of us”.", "Nobody knows.")["submission_quoted"] == pytest.approx(4 / 6)
