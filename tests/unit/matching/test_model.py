from __future__ import annotations

import json
import math
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.matching.model import FORMAT, MOST_LEAVES, DerivationModel, Tree, to_json
from wirematch.matching.resources import MODEL_FILE, default_comparer
from wirematch.models import Article

DOCUMENT = (files("wirematch.matching") / MODEL_FILE).read_text(encoding="utf-8")
NAMES = tuple(json.loads(DOCUMENT)["features"])

# Two trees over two features: one asks twice, the other is a lone leaf.
TREES: list[Tree] = [[0, 0.5, -2.0, [1, 3.0, 1.0, 4.0]], 0.25]


@pytest.fixture(scope="module")
def shipped() -> DerivationModel:
    return default_comparer().model


@pytest.fixture(scope="module")
def small() -> DerivationModel:
    return DerivationModel.from_json(to_json(("wording", "runs"), TREES, 0.4, {"pairs": 2}))


def test_it_reads_what_it_writes(small):
    assert small.names == ("wording", "runs")
    assert (small.decision, small.trained) == (0.4, {"pairs": 2})
    assert small.values[:, :3].tolist() == [[-2.0, 1.0, 4.0], [0.25, 0.0, 0.0]]


def test_the_file_that_ships_is_readable_json_with_its_origin(shipped):
    document = json.loads(DOCUMENT)

    assert document["format"] == FORMAT
    assert document["trained"]["mined_pairs"] > 1_000
    assert {"program", "method", "data", "split"} <= set(document["trained"])
    assert shipped.names == NAMES
    assert 0 < shipped.decision < 1
    assert max(map(len, DOCUMENT.splitlines())) < 2_000  # a tree a line, so that a change of the file can be looked at


@pytest.mark.parametrize("change", [{"format": 1}, {"format": None}, {"format": FORMAT + 1}])
def test_a_file_of_another_format_is_refused(change):
    document = json.loads(DOCUMENT) | change

    with pytest.raises(ValueError, match="python -m bench train"):
        DerivationModel.from_json(json.dumps(document))


@pytest.mark.parametrize(
    "features", [{}, {"wording": 1.0}, {"runs": 1.0, "wording": 1.0}, {"wording": 1.0, "runs": 1.0, "another": 1.0}]
)
def test_other_features_are_refused(small, features):
    with pytest.raises(ValueError, match="python -m bench train"):
        small.probabilities([features])


@given(st.lists(st.floats(0, 40_000), min_size=len(NAMES), max_size=len(NAMES)))
def test_a_probability_is_between_0_and_1(values):
    assert 0 <= default_comparer().model.probabilities([dict(zip(NAMES, values, strict=True))])[0] <= 1


@pytest.mark.parametrize(
    ("wording", "runs", "score"), [(0.5, 9.0, -2.0), (0.51, 3.0, 1.0), (0.51, 3.01, 4.0), (0.0, 0.0, -2.0)]
)
def test_the_leaves_that_are_reached_add_up(small, wording, runs, score):
    found = small.probabilities([{"wording": wording, "runs": runs}])

    assert found.tolist() == [pytest.approx(1 / (1 + math.exp(-score - 0.25)))]


def walked(tree: Tree, values: list[float]) -> float:
    while isinstance(tree, list):
        feature, threshold, left, right = tree
        tree = left if values[feature] <= threshold else right
    return tree


NUMBERS = st.floats(-2, 2, width=16)


@given(
    st.recursive(NUMBERS, lambda trees: st.tuples(st.integers(0, 2), NUMBERS, trees, trees).map(list), max_leaves=16),
    st.lists(NUMBERS, min_size=3, max_size=3),
)
def test_all_tests_at_once_give_the_leaf_that_walking_down_gives(tree, values):
    model = DerivationModel.from_json(to_json(("a", "b", "c"), [tree], 0.5, {}))

    found = model.probabilities([dict(zip("abc", values, strict=True))])[0]

    assert found == pytest.approx(1 / (1 + math.exp(-walked(tree, values))))


def test_many_pairs_are_answered_as_each_by_itself(shipped):
    pairs = [dict.fromkeys(NAMES, value) for value in (0.0, 0.3, 0.9)]

    assert shipped.probabilities(pairs).tolist() == [shipped.probabilities([pair])[0] for pair in pairs]
    assert shipped.probabilities([]).tolist() == []


def test_a_tree_with_more_leaves_than_there_are_bits_is_refused():
    tree: Tree = 0.0
    for _ in range(MOST_LEAVES):
        tree = [0, 0.5, tree, 1.0]

    with pytest.raises(ValueError, match="16 leaves"):
        to_json(("a",), [tree], 0.5, {})


def test_more_of_a_wire_story_taken_is_more_probably_derived(story, shipped):
    """Whole sentences of the wire story stand instead of as many of the independent report, one more each time."""
    wire = story["wire"]["body"].split("\n\n")
    own = story["independent"]["body"].split("\n\n")
    original = Article(body=story["wire"]["body"])
    probabilities = [
        default_comparer().compare_articles(Article(body="\n\n".join(wire[:taken] + own[taken:])), original).probability
        for taken in (0, 2, 4, 6)
    ]

    # Trees step; where all is certain, a step back of a hundredth means nothing.
    assert all(after >= before - 0.02 for before, after in pairwise(probabilities))
    assert probabilities[0] < shipped.decision < probabilities[-1]
