"""From features to the probability that one text derives from another, in a file that a reader can follow.

Two stages. *Readers*: a logistic regression on pairs that people read, whose weights point the way that reason says,
so that more of the reporter's own wording in common never makes a pair less likely to be derived. *Rewrites*: boosted
trees on mined pairs, heard only where they are sure. ``derivation.json`` beside this file has both; ``python -m bench
train`` makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wirematch.matching.trees import Forest, Tree

FORMAT = 4


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression over standardised features: what each adds to the logarithm of the odds."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """By feature; they and the intercept add up to the score."""
        return {
            name: weight * (features[name] - mean) / scale
            for name, mean, scale, weight in zip(self.names, self.means, self.scales, self.weights, strict=True)
        }

    def score(self, features: dict[str, float]) -> float:
        """The logarithm of the odds, before calibration."""
        return self.intercept + sum(self.contributions(features).values())


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's (1999): the score that both stages give, to the chance that a careful reader would say 'derived'."""

    slope: float
    intercept: float

    def probability(self, score: float) -> float:
        """Between 0 and 1, rising with the score."""
        return 0.5 + 0.5 * math.tanh(0.5 * (self.slope * score + self.intercept))


@dataclass(frozen=True, slots=True, eq=False)
class DerivationModel:
    """Both stages over ``f`` named features, and the probability from which on a pair is called derived."""

    names: tuple[str, ...]
    readers: Linear
    rewrites: Forest
    unsure: float
    """Scores of the trees between minus this and this say nothing; beyond, what they say above it counts."""
    calibration: Calibration
    decision: float
    trained: dict[str, Any]
    """On what, with what, by which program: for people."""

    @classmethod
    def from_json(cls, document: str) -> DerivationModel:
        """Read a model file; ValueError when it is not one that this program can use."""
        content = json.loads(document)
        if content.get("format") != FORMAT:
            raise ValueError(f"the model file has format {content.get('format')}; run `python -m bench train`")
        terms = content["readers"]["terms"]
        readers = Linear(
            tuple(terms),
            means=tuple(term["mean"] for term in terms.values()),
            scales=tuple(term["scale"] for term in terms.values()),
            weights=tuple(term["weight"] for term in terms.values()),
            intercept=content["readers"]["intercept"],
        )
        return cls(
            names=tuple(content["features"]),
            readers=readers,
            rewrites=Forest.of(content["rewrites"]["features"], content["rewrites"]["trees"]),
            unsure=content["rewrites"]["unsure"],
            calibration=Calibration(**content["calibration"]),
            decision=content["decision"],
            trained=content["trained"],
        )

    def score(self, features: dict[str, float]) -> float:
        """What both stages say, before calibration.

        ValueError when the features are other ones than the model was trained on.
        """
        if tuple(features) != self.names:
            raise ValueError("the model was trained on other features; run `python -m bench train`")
        return self.readers.score(features) + beyond(self.rewrites.score(features), self.unsure)

    def probabilities(self, pairs: Sequence[dict[str, float]]) -> NDArray[np.float64]:
        """That one text derives from the other, between 0 and 1, for each pair's features. Errors as ``score``."""
        return np.array([self.calibration.probability(self.score(features)) for features in pairs])


def beyond(score: float, unsure: float) -> float:
    """What of a score lies outside of what is unsure."""
    return math.copysign(max(0.0, abs(score) - unsure), score)


def to_json(  # noqa: PLR0913 - all that a model is
    names: Sequence[str],
    readers: Linear,
    rewrites: tuple[Sequence[str], Sequence[Tree]],
    *,
    unsure: float,
    calibration: Calibration,
    decision: float,
    trained: dict[str, Any],
) -> str:
    """A model file, one tree a line."""
    columns, trees = rewrites
    Forest.of(columns, trees)  # or it could not be read again
    terms = {
        name: {"mean": mean, "scale": scale, "weight": weight}
        for name, mean, scale, weight in zip(readers.names, readers.means, readers.scales, readers.weights, strict=True)
    }
    head = {
        "format": FORMAT,
        "trained": trained,
        "decision": decision,
        "calibration": {"slope": calibration.slope, "intercept": calibration.intercept},
        "features": list(names),
        "readers": {"intercept": readers.intercept, "terms": terms},
        "rewrites": {"unsure": unsure, "features": list(columns)},
    }
    lines = ",\n".join("      " + json.dumps(tree, separators=(",", ":")) for tree in trees)
    return json.dumps(head, indent=2)[:-6] + ',\n    "trees": [\n' + lines + "\n    ]\n  }\n}\n"
