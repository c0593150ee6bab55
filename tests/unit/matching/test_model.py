from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.matching.features import FEATURES
from service.matching.model import DerivationModel
from service.matching.resources import default_comparer

NOTHING = dict.fromkeys(FEATURES, 0.0)


@pytest.fixture(scope="module")
def shipped() -> DerivationModel:
    return default_comparer().model


def test_it_reads_what_it_writes(shipped):
    assert DerivationModel.from_json(shipped.to_json()) == shipped


def test_the_file_is_readable_json_with_its_origin(shipped):
    document = json.loads(shipped.to_json())

    assert document["format"] == 1
    assert document["trained"]["pairs"] > 1_000
    assert list(document["weights"]) == list(FEATURES)
    assert 0 < document["threshold"] < 1


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"weights": {}},
        {"weights": {name: {"linear": 0, "root": 0} for name in reversed(FEATURES)}},
        {"weights": {name: {"linear": 0, "root": 0} for name in (*FEATURES, "another")}},
    ],
)
def test_a_file_of_other_features_is_refused(shipped, change):
    document = json.loads(shipped.to_json()) | change

    with pytest.raises(ValueError, match="python -m bench train"):
        DerivationModel.from_json(json.dumps(document))


@given(st.lists(st.floats(0, 1), min_size=len(FEATURES), max_size=len(FEATURES)), st.integers(0, 40_000))
def test_a_probability_is_between_0_and_1(values, words):
    features = dict(zip(FEATURES, values, strict=True)) | {"story_length": float(words)}

    assert 0 <= default_comparer().model.probability(features) <= 1


def test_weights_of_linear_and_root_add_up():
    model = DerivationModel(
        intercept=-1.0,
        linear=NOTHING | {"order_kept": 2.0},
        root=NOTHING | {"order_kept": 4.0},
        threshold=0.5,
        trained={},
    )

    assert model.probability(NOTHING) == pytest.approx(0.268941, abs=1e-6)
    assert model.probability(NOTHING | {"order_kept": 0.25}) == pytest.approx(0.817574, abs=1e-6)


def test_a_score_beyond_all_bounds_is_no_overflow():
    model = DerivationModel(-1e9, NOTHING, NOTHING, 0.5, {})

    assert model.probability(NOTHING) == pytest.approx(0, abs=1e-12)


def test_more_of_a_wire_story_taken_is_more_probably_derived(story, shipped):
    """Whole sentences of the wire story stand instead of as many of the independent report, one more each time."""
    from service.models import Article  # noqa: PLC0415

    wire = story["wire"]["body"].split("\n\n")
    own = story["independent"]["body"].split("\n\n")
    original = Article(body=story["wire"]["body"])
    probabilities = [
        default_comparer().compare_articles(Article(body="\n\n".join(wire[:taken] + own[taken:])), original).probability
        for taken in (0, 2, 4, 6)
    ]

    assert probabilities == sorted(probabilities)
    assert probabilities[0] < shipped.threshold < probabilities[-1]
