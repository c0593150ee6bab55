"""From features to the probability that one text derives from another: boosted trees kept as plain JSON.

The trees and how they came about are in ``derivation.json`` beside this file; ``python -m bench train`` makes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 2
LEAF = -1


@dataclass(frozen=True, slots=True, eq=False)
class DerivationModel:
    """Gradient-boosted decision trees (Friedman 2001) over named features.

    All trees stand in one table of nodes. A node either tests ``features[name] <= threshold`` and goes on at ``left``
    or ``right``, or is a leaf (feature -1) that adds its value to the score; the probability is the logistic function
    of the score.
    """

    names: tuple[str, ...]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int32]
    baseline: float
    decision: float
    """Probability from which on a match is called derived."""
    trained: dict[str, Any]
    """On what, with what, by which program: for people."""

    @classmethod
    def from_json(cls, document: str) -> DerivationModel:
        """Read a model file; ValueError when it is not one that this program can use."""
        content = json.loads(document)
        if content.get("format") != FORMAT:
            raise ValueError(f"the model file has format {content.get('format')}; run `python -m bench train`")
        trees = content["trees"]
        starts = np.cumsum([0] + [len(tree) for tree in trees])
        nodes = np.array([node for tree in trees for node in tree], np.float64)
        offsets = np.repeat(starts[:-1], [len(tree) for tree in trees])
        return cls(
            names=tuple(content["features"]),
            feature=nodes[:, 0].astype(np.int32),
            threshold=nodes[:, 1],
            left=(nodes[:, 2] + offsets).astype(np.int32),
            right=(nodes[:, 3] + offsets).astype(np.int32),
            value=nodes[:, 4],
            roots=starts[:-1].astype(np.int32),
            baseline=content["baseline"],
            decision=content["decision"],
            trained=content["trained"],
        )

    def probability(self, features: dict[str, float]) -> float:
        """That one text derives from the other, between 0 and 1; ValueError when the features are other ones."""
        if tuple(features) != self.names:
            raise ValueError("the model was trained on other features; run `python -m bench train`")
        values = np.fromiter(features.values(), np.float64, len(features))
        at = self.roots
        while (inner := self.feature[at] != LEAF).any():
            goes_left = values[self.feature[at]] <= self.threshold[at]
            at = np.where(inner, np.where(goes_left, self.left[at], self.right[at]), at)
        score = self.baseline + float(self.value[at].sum())
        return float(1 / (1 + np.exp(-score)))


def to_json(
    names: tuple[str, ...],
    trees: list[list[tuple[int, float, int, int, float]]],
    baseline: float,
    decision: float,
    trained: dict[str, Any],
) -> str:
    """A model file, one tree a line; nodes are (feature, threshold, left, right, value), offsets within the tree."""
    head = {"format": FORMAT, "trained": trained, "decision": decision, "baseline": baseline, "features": names}
    lines = ",\n".join("    " + json.dumps(tree, separators=(",", ":")) for tree in trees)
    return json.dumps(head, indent=2)[:-2] + ',\n  "trees": [\n' + lines + "\n  ]\n}\n"
