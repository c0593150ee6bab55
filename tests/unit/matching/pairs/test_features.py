from __future__ import annotations

import math

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from wirematch.matching.pairs.features import NAMES, measure
from wirematch.matching.pairs.sentences import overlap_sentences
from wirematch.matching.profiles.profile import profile
from wirematch.matching.profiles.rarity import Rarity
from wirematch.text.prepare import prepare

RARITY = Rarity(1_000, {"said": 500})
SIZES = {
    "length_of_shorter",
    "length_of_longer",
    "length_ratio",
    "longest_own_run",
    "sentences_in_order_of_all",
}  # repetitions count each time
BOTH_WAYS = ["numbers_of_shorter", "content_in_order_of_shorter", "facts_in_order_of_shorter", "length_of_shorter"]
BOTH_WAYS += ["speech_of_shorter"]
APART = ("length", "longest", "speech", "sentences_in_order", "runs_in_order")
SHARED = [name for name in NAMES if not name.startswith(APART)]
TEXTS = st.text() | st.lists(
    st.sampled_from(["barge", "bridge", "Marlowe", "the", "12", "said.", "“four", "dead”", "I", "\n\n", "船"])
).map(" ".join)


def measured(shorter: str, longer: str) -> dict[str, float]:
    mine, theirs = (profile(prepare(text), RARITY) for text in (shorter, longer))
    return measure(mine, theirs, overlap_sentences(mine, theirs))


@given(TEXTS, TEXTS)
@example("HE:0000", "0000")  # one of them is read as English
@example("", "The barge hit the bridge.")
def test_features_are_shares_and_sizes_whatever_the_texts(shorter, longer):
    features = measured(shorter, longer)

    assert tuple(features) == NAMES
    assert all(math.isfinite(value) for value in features.values())
    for name, value in features.items():
        assert 0 <= value <= (math.inf if name in SIZES else 1 + 1e-6), name


@given(TEXTS, TEXTS)
def test_swapping_the_texts_swaps_their_shares(shorter, longer):
    assume(prepare(shorter).language == prepare(longer).language)
    one, other = measured(shorter, longer), measured(longer, shorter)

    for name in BOTH_WAYS:
        assert one[name] == pytest.approx(other[name.replace("_of_shorter", "_of_longer")], abs=1e-6), name


def test_a_text_shares_everything_with_itself(bridge):
    features = measured(bridge["wire"]["body"], bridge["wire"]["body"])

    for name in [*SHARED, "sentences_in_order_of_all", "length_ratio"]:
        assert features[name] == pytest.approx(1, abs=1e-5), name


def test_strangers_share_nothing():
    features = measured("Barge hits bridge; four dead.", "Wheat prices rose again last year.")

    assert all(features[name] == 0 for name in SHARED)


def test_the_part_of_a_story_is_in_the_story_and_the_story_partly_in_it():
    features = measured("Barge hits old bridge.", "Barge hits old bridge. Ferries carry islanders instead today.")

    assert features["content_in_order_of_shorter"] == 1
    assert features["content_in_order_of_longer"] < 0.7
    assert features["bigrams_of_shorter"] == 1


def test_sentences_in_another_order_lower_the_order_kept():
    sentences = ["Barge sank slowly.", "Divers searched channels.", "Ferries carried islanders."]
    kept = measured(" ".join(sentences), " ".join(sentences))["sentences_in_order_of_all"]
    turned = measured(" ".join(reversed(sentences)), " ".join(sentences))["sentences_in_order_of_all"]

    assert kept == 1
    assert turned == pytest.approx(1 / 3)


def test_what_speakers_said_is_counted():
    assert measured("Nobody knows, “not one of us”.", "Nobody knows.")["speech_of_shorter"] == pytest.approx(4 / 6)


def test_a_run_within_a_quotation_is_not_the_reporters():
    speech = "“nobody on that barge ever answered our calls before dawn on Tuesday”"
    features = measured(f"Harbour master Abbick complains: {speech}.", f"According to Abbick, {speech}.")
    own = measured(speech[1:-1], speech[1:-1])

    assert features["own_runs_of_shorter"] == 0
    assert own["own_runs_of_shorter"] == 1


def test_names_and_numbers_are_facts_and_no_wording():
    features = measured(
        "In Tolvane the city of Marlowe has lost 12 barges.", "Mayors of Marlowe and Tolvane met with 12 divers."
    )

    assert features["names_of_shorter"] == features["numbers_of_shorter"] == 1
    assert features["own_plain_pairs_of_shorter"] == 0
