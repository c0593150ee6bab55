from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirematch.matching.model.trees import MOST_LEAVES, Forest, Tree

# Two trees over two features: one with two decisions, the other a single leaf.
TREES: list[Tree] = [[0, 0.5, -2.0, [1, 3.0, 1.0, 4.0]], 0.25]
NUMBERS = st.floats(-2, 2, width=16)


@pytest.mark.parametrize(
    ("wording", "runs", "score"), [(0.5, 9.0, -2.0), (0.51, 3.0, 1.0), (0.51, 3.01, 4.0), (0.0, 0.0, -2.0)]
)
def test_the_leaves_that_are_reached_add_up(wording, runs, score):
    forest = Forest.of(("wording", "runs"), TREES)

    assert forest.score({"wording": wording, "runs": runs}) == score + 0.25


def walked(tree: Tree, values: list[float]) -> float:
    while isinstance(tree, list):
        feature, threshold, left, right = tree
        tree = left if values[feature] <= threshold else right
    return tree


@given(
    st.recursive(NUMBERS, lambda trees: st.tuples(st.integers(0, 2), NUMBERS, trees, trees).map(list), max_leaves=16),
    st.lists(NUMBERS, min_size=3, max_size=3),
)
def test_all_tests_at_once_give_the_leaf_that_walking_down_gives(tree, values):
    assert Forest.of("abc", [tree]).score(dict(zip("abc", values, strict=True))) == walked(tree, values)


def mean(tree: Tree) -> float:
    """Return the unweighted mean of its leaves."""
    leaves = [tree]
    while any(isinstance(leaf, list) for leaf in leaves):
        leaves = [one for leaf in leaves for one in (leaf[2:] if isinstance(leaf, list) else [leaf])]
    return sum(leaves) / len(leaves)


@given(
    st.recursive(NUMBERS, lambda trees: st.tuples(st.integers(0, 2), NUMBERS, trees, trees).map(list), max_leaves=16),
    st.lists(NUMBERS, min_size=3, max_size=3),
)
def test_each_test_on_the_way_down_adds_what_it_changes(tree, values):
    expected = dict.fromkeys("abc", 0.0)
    at = tree
    while isinstance(at, list):
        feature, threshold, left, right = at
        chosen = left if values[feature] <= threshold else right
        expected["abc"[feature]] += mean(chosen) - mean(at)
        at = chosen
    added, before = Forest.of("abc", [tree]).contributions(dict(zip("abc", values, strict=True)))

    assert before == pytest.approx(mean(tree))
    assert added == pytest.approx(expected)
    assert before + sum(added.values()) == pytest.approx(walked(tree, values))


def test_a_tree_with_more_leaves_than_there_are_bits_is_refused():
    tree: Tree = 0.0
    for _ in range(MOST_LEAVES):
        tree = [0, 0.5, tree, 1.0]

    with pytest.raises(ValueError, match="16 leaves"):
        Forest.of(("a",), [tree])
