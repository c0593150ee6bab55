from __future__ import annotations

import json
import math
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wirematch.matching.compare import Comparer
from wirematch.matching.model.derivation import (
    FORMAT,
    Balance,
    Calibration,
    DecisionModel,
    DerivationModel,
    Linear,
    to_json,
)
from wirematch.matching.pairs.pair import Pair
from wirematch.matching.resources import MODEL_FILE, default_comparer, default_model
from wirematch.models import Article

DOCUMENT = (files("wirematch.matching.model") / MODEL_FILE).read_text(encoding="utf-8")
NAMES = tuple(json.loads(DOCUMENT)["features"])
READERS = Linear(("wording",), means=(0.5,), scales=(0.25,), weights=(2.0,), intercept=-1.0)


@pytest.fixture(scope="module")
def shipped() -> DerivationModel:
    return default_model()


@pytest.fixture(scope="module")
def small() -> DerivationModel:
    return DerivationModel.from_json(
        to_json(
            ("wording", "runs", "voices"),
            READERS,
            (("runs",), [[0, 3.0, -0.5, 4.0]]),
            balance=Balance(most=2.0, rewrites=0.5),
            calibration=Calibration(slope=0.5, intercept=0.25, voices=0.125),
            threshold=0.4,
            trained={"pairs": 2},
        )
    )


def test_it_reads_what_it_writes(small):
    assert small.names == ("wording", "runs", "voices")
    assert (small.threshold, small.balance, small.trained) == (0.4, Balance(2.0, 0.5), {"pairs": 2})
    assert small.readers == READERS
    assert small.calibration == Calibration(0.5, 0.25, 0.125)


@pytest.mark.parametrize(
    ("wording", "runs", "score"),
    [
        (0.625, 1.0, -0.25),  # the readers say 0, the trees half of -0.5
        (0.5, 1.0, 2 * math.tanh(-0.5) - 0.25),
        (100.0, 4.0, 2 + 2),  # the readers' 795 is bounded, and half of 4 is added
    ],
)
def test_both_stages_are_heard(small, wording, runs, score):
    features = {"wording": wording, "runs": runs, "voices": 3.0}
    odds = 0.5 * score + 0.25 + 0.125 * 3

    assert small.score(features) == pytest.approx(score)
    assert small.probabilities([features]).tolist() == [pytest.approx(1 / (1 + math.exp(-odds)))]


@given(st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES)))
def test_contributions_add_up_to_the_odds(values):
    model, features = default_model(), dict(zip(NAMES, values, strict=True))
    [probability] = model.probabilities([features])
    parts = model.contributions(features)

    assert set(parts) == {*model.readers.names, *model.rewrites.names, "voices", "base"}
    assert 1 / (1 + math.exp(-sum(parts.values()))) == pytest.approx(probability, abs=1e-9)


def test_the_same_score_means_more_where_more_voices_were_heard(shipped):
    found = [shipped.calibration.probability(0.5, voices) for voices in (0.0, 1.0, 3.0)]

    assert found == sorted(set(found))


def test_more_of_the_reporters_wording_never_speaks_against(shipped):
    against = {name for name, weight in zip(shipped.readers.names, shipped.readers.weights, strict=True) if weight < 0}

    assert against <= {"speech_of_shorter", "length_of_longer"}
    assert len(NAMES) <= 40


def test_the_file_that_ships_is_readable_json_with_its_origin(shipped):
    document = json.loads(DOCUMENT)

    assert document["format"] == FORMAT
    assert document["trained"]["mined_pairs"] > 1_000
    assert {"program", "method", "data", "split"} <= set(document["trained"])
    assert shipped.names == NAMES
    assert 0 < shipped.threshold < 1
    assert max(map(len, DOCUMENT.splitlines())) < 2_000  # a line per tree, so that changes can be reviewed


@pytest.mark.parametrize("change", [{"format": 1}, {"format": None}, {"format": FORMAT + 1}])
def test_a_file_of_another_format_is_refused(change):
    document = json.loads(DOCUMENT) | change

    with pytest.raises(ValueError, match="python -m bench train"):
        DerivationModel.from_json(json.dumps(document))


@pytest.mark.parametrize(
    "features",
    [
        {},
        {"wording": 1.0, "voices": 1.0},
        {"runs": 1.0, "wording": 1.0, "voices": 1.0},
        {"wording": 1.0, "runs": 1.0, "voices": 1.0, "another": 1.0},
    ],
)
def test_other_features_are_refused(small, features):
    with pytest.raises(ValueError, match="python -m bench train"):
        small.probabilities([features])


@given(st.lists(st.floats(0, 40_000), min_size=len(NAMES), max_size=len(NAMES)))
def test_a_probability_is_between_0_and_1(values):
    assert 0 <= default_comparer().model.probabilities([dict(zip(NAMES, values, strict=True))])[0] <= 1


def test_many_pairs_are_answered_as_each_by_itself(shipped):
    pairs = [dict.fromkeys(NAMES, value) for value in (0.0, 0.3, 0.9)]

    assert shipped.probabilities(pairs).tolist() == [shipped.probabilities([pair])[0] for pair in pairs]
    assert shipped.probabilities([]).tolist() == []


def test_more_of_a_wire_story_taken_is_more_probably_derived(story, shipped):
    """Replace more and more sentences of the independent report by whole sentences of the wire story."""
    wire = story["wire"]["body"].split("\n\n")
    own = story["independent"]["body"].split("\n\n")
    original = Article(body=story["wire"]["body"])
    probabilities = [
        default_comparer().compare_articles(Article(body="\n\n".join(wire[:taken] + own[taken:])), original).probability
        for taken in (0, 2, 4, 6)
    ]

    # Trees are step functions; near certainty, a step back of a hundredth means nothing.
    assert all(after >= before - 0.02 for before, after in pairwise(probabilities))
    assert probabilities[0] < shipped.threshold < probabilities[-1]


class SharedTrigrams:
    """Another model, as small as possible."""

    names = NAMES
    threshold = 0.5

    def probabilities_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        odds = [sum(self.contributions(dict(zip(NAMES, row, strict=True))).values()) for row in rows.tolist()]
        return np.asarray(1 / (1 + np.exp(-np.array(odds))))

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        return {"trigrams": 40 * features["own_trigrams_of_shorter"], "base": -4.0}


def test_comparing_works_with_any_model(story):
    model: DecisionModel = SharedTrigrams()
    comparer = Comparer(model, default_comparer().rarity)
    wire, own, rewrite = (
        comparer.prepare(Article(body=story[name]["body"])) for name in ("wire", "independent", "rewrite")
    )
    asked = [Pair(side.profile, wire.profile).features() for side in (rewrite, own)]
    scores = [comparer.score_pairs(side, [wire])[0] for side in (rewrite, own)]

    assert [score.probability for score in scores] == pytest.approx(
        model.probabilities_of(np.array([list(features.values()) for features in asked])).tolist()
    )
    assert [score.whole for score in scores] == [True, False]
