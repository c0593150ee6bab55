"""Gradient-boosted decision trees over named features, evaluated many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.arrays import Floats64
from wirematch.kernels.scoring.forest import ForestTable

MOST_LEAVES = 16

Tree = float | list[Any]
"""A leaf's value, or ``[feature, threshold, left, right]`` with subtrees; values up to and including the threshold go
left."""


@dataclass(frozen=True, eq=False)
class Forest:
    """``t`` boosted trees (Friedman 2001); the score is the sum of the leaves reached.

    All tests of all trees are evaluated at once. Each test that fails rules out the leaves on its left; the first leaf
    not ruled out is the tree's (QuickScorer: Lucchese et al. 2015).
    """

    names: tuple[str, ...]
    feature: NDArray[np.intp]
    """s x t columns to test, where s is the most tests of any tree; shorter columns are padded with tests that never
    fail."""
    threshold: NDArray[np.float64]
    """s x t."""
    ruled_out: NDArray[np.uint16]
    """s x t sets of leaves as bit masks."""
    values: NDArray[np.float64]
    """t x 16 leaf values."""

    @classmethod
    def of(cls, names: Sequence[str], trees: Sequence[Tree]) -> Forest:
        """Build from trees whose tests index ``names``; ValueError if one has more than 16 leaves."""
        if any(len(_leaves(tree)) > MOST_LEAVES for tree in trees):
            raise ValueError(f"a tree has more than {MOST_LEAVES} leaves")
        tests = [list(_tests(tree)) for tree in trees]
        # Row i has the i-th test of every tree: long rows vectorise well.
        feature = np.zeros((max(map(len, tests), default=0), len(trees)), np.intp)
        threshold = np.full(feature.shape, np.inf)
        ruled_out = np.zeros(feature.shape, np.uint16)
        values = np.zeros((len(trees), MOST_LEAVES))
        for number, tree in enumerate(trees):
            leaves = _leaves(tree)
            values[number, : len(leaves)] = leaves
            for place, (column, most, first, last) in enumerate(tests[number]):
                feature[place, number], threshold[place, number] = column, most
                ruled_out[place, number] = (1 << last) - (1 << first)
        return cls(tuple(names), feature, threshold, ruled_out, values)

    def score(self, features: Mapping[str, float]) -> float:
        """Sum over all trees; KeyError if a feature is missing."""
        return float(self.scores(np.array([[features[name] for name in self.names]], np.float64))[0])

    def scores(self, rows: Floats64) -> Floats64:
        """As ``score``, for m rows of features in the order of ``names``."""
        found = self.table.scores(rows) if self.table else None
        return self.scores_in_python(rows) if found is None else found

    def scores_in_python(self, rows: Floats64) -> Floats64:
        """Reference implementation of the kernel; adds values from the first tree to the last."""
        return np.array(list(map(self._score, rows)), np.float64)

    def contributions(self, features: Mapping[str, float]) -> tuple[dict[str, float], float]:
        """Return each feature's contribution and the base value before any test; together they are the score.

        A test contributes the change of the tree's expected value, the mean of the leaves still reachable (Saabas
        2014, with leaves weighted equally, as the model file has no counts). Slow; for explanations.
        """
        added = dict.fromkeys(self.names, 0.0)
        before = 0.0
        for number, splits in enumerate(self._splits):
            totals = np.concatenate(([0.0], np.cumsum(self.values[number])))
            first, last = 0, len(splits) + 1
            mean = totals[last] / last
            before += mean
            while last - first > 1:
                name, threshold, middle = splits[first, last]
                first, last = (first, middle) if features[name] <= threshold else (middle, last)
                left = (totals[last] - totals[first]) / (last - first)
                added[name] += left - mean
                mean = left
        return {name: float(value) for name, value in added.items()}, float(before)

    @cached_property
    def _splits(self) -> list[dict[tuple[int, int], tuple[str, float, int]]]:
        """Per tree, keyed by the leaves [first, last) below a test: feature, threshold, first leaf on its right."""
        trees = []
        for number in range(len(self.values)):
            asked = np.isfinite(self.threshold[:, number])
            tests = zip(
                self.feature[asked, number].tolist(),
                self.threshold[asked, number].tolist(),
                self.ruled_out[asked, number].tolist(),
                strict=True,
            )
            splits: dict[tuple[int, int], tuple[str, float, int]] = {}
            spans = [(0, int(asked.sum()) + 1)]
            for column, threshold, ruled_out in tests:  # in preorder
                first, last = spans.pop()
                while last - first == 1:
                    first, last = spans.pop()
                middle = ruled_out.bit_length()
                splits[first, last] = self.names[column], threshold, middle
                spans += [(middle, last), (first, middle)]
            trees.append(splits)
        return trees

    def _score(self, numbers: Floats64) -> float:
        failed = numbers.take(self.feature) > self.threshold
        ruled_out = np.bitwise_or.reduce(self.ruled_out * failed, axis=0)
        first = np.arange(0, self.values.size, MOST_LEAVES)
        first += _LOWEST[~ruled_out]
        values = self.values.take(first)
        return float(np.cumsum(values)[-1]) if len(values) else 0.0

    @cached_property
    def table(self) -> ForestTable | None:
        """The forest for the compiled kernel; None without compiled kernels."""
        return ForestTable.of(self.feature, self.threshold, self.ruled_out, self.values, len(self.names))


def _lowest_bits() -> NDArray[np.uint8]:
    """Index of the lowest set bit of every non-zero 16-bit number."""
    places = np.zeros(1 << MOST_LEAVES, np.uint8)
    for bit in reversed(range(MOST_LEAVES)):
        places[1 << bit :: 1 << (bit + 1)] = bit
    return places


_LOWEST = _lowest_bits()


def _leaves(tree: Tree) -> list[float]:
    """Leaf values from left to right."""
    return [*_leaves(tree[2]), *_leaves(tree[3])] if isinstance(tree, list) else [tree]


def _tests(tree: Tree, first: int = 0) -> Iterator[tuple[int, float, int, int]]:
    """Yield each test in preorder: feature, threshold, and the leaves [first, last) ruled out by a larger value."""
    if isinstance(tree, list):
        feature, threshold, left, right = tree
        last = first + len(_leaves(left))
        yield feature, threshold, first, last
        yield from _tests(left, first)
        yield from _tests(right, last)
