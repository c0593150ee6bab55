"""From features to the probability that one text derives from another: a logistic regression kept as readable JSON.

The coefficients and how they came about are in ``derivation.json`` beside this file; ``python -m bench train`` makes
it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from service.matching.features import FEATURES

FORMAT = 1


@dataclass(frozen=True, slots=True)
class DerivationModel:
    """``sigmoid(intercept + sum(linear * x + root * sqrt(x)))`` over the features ``x``, all of them at least 0.

    The square root lets the first shared words count for more than the last.
    """

    intercept: float
    linear: dict[str, float]
    root: dict[str, float]
    threshold: float
    """Probability from which on a match is called derived."""
    trained: dict[str, Any]
    """On what, with what, by which program: for people."""

    @classmethod
    def from_json(cls, document: str) -> DerivationModel:
        """Read a model file; ValueError when it was trained on other features than this program measures."""
        content = json.loads(document)
        weights = content["weights"]
        if content["format"] != FORMAT or tuple(weights) != FEATURES:
            raise ValueError("the model file was trained on other features; run `python -m bench train`")
        return cls(
            intercept=content["intercept"],
            linear={name: weight["linear"] for name, weight in weights.items()},
            root={name: weight["root"] for name, weight in weights.items()},
            threshold=content["threshold"],
            trained=content["trained"],
        )

    def to_json(self) -> str:
        """The model file, one feature a line."""
        weights = {name: {"linear": self.linear[name], "root": self.root[name]} for name in FEATURES}
        head = {"format": FORMAT, "trained": self.trained, "threshold": self.threshold, "intercept": self.intercept}
        lines = ",\n".join(f'    "{name}": {json.dumps(weight)}' for name, weight in weights.items())
        return json.dumps(head, indent=2)[:-2] + ',\n  "weights": {\n' + lines + "\n  }\n}\n"

    def probability(self, features: dict[str, float]) -> float:
        """That the text derives from the other, between 0 and 1."""
        score = self.intercept
        for name, value in features.items():
            score += self.linear[name] * value + self.root[name] * math.sqrt(value)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
