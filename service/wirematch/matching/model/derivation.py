"""The model: from features to the probability that one text derives from another, in a file that people can read.

Two stages. *Readers*: a logistic regression on pairs judged by people, with signs constrained by reason, so that more
of the reporter's own wording in common never makes derivation less likely. *Rewrites*: boosted trees on mined pairs,
which look at the two texts alone, whatever the event. The readers' score is bounded, so that it decides where a reader
would hesitate, and the trees where nobody would.
``derivation.json`` beside this file has both; ``python -m bench train`` makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wirematch.kernels.scoring.model import Combined, ModelTable, ReadersTable
from wirematch.matching.model.trees import Forest, Tree

FORMAT = 5
VOICES = "voices"
"""The feature that counts independent voices, as ``log(1 + v)``."""


class DecisionModel(Protocol):
    """The interface of a model that comparing relies on. ``matching.resources`` selects the one that ships."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features it expects, in order."""

    @property
    def threshold(self) -> float:
        """The probability from which on a pair is called derived."""

    def probabilities_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities in [0, 1] that one text derives from the other; ``rows`` are m x f, columns as in ``names``."""

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """Contributions to the log-odds, positive for derivation; they add up to the log-odds."""


@dataclass(frozen=True)
class Linear:
    """A logistic regression over standardised features, in log-odds."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """Contributions by feature; with the intercept they add up to the score."""
        return {
            name: weight * (features[name] - mean) / scale
            for name, mean, scale, weight in zip(self.names, self.means, self.scales, self.weights, strict=True)
        }

    def score(self, features: dict[str, float]) -> float:
        """Log-odds before calibration."""
        return float(self.scores(np.array([[features[name] for name in self.names]], np.float64))[0])

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """As ``score``, for m rows of features in the order of ``names``."""
        weights, means, scales = self._arrays
        sums = (weights * (rows - means) / scales).cumsum(axis=1)
        return self.intercept + (sums[:, -1] if sums.shape[1] else np.zeros(len(rows)))

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.float64], ...]:
        return np.array(self.weights), np.array(self.means), np.array(self.scales)


@dataclass(frozen=True, slots=True)
class Balance:
    """The weights of the two stages."""

    most: float
    """Bound of the readers' score in either direction, approached by a hyperbolic tangent."""
    rewrites: float
    """Factor of the trees' score."""

    def bounded(self, score: float) -> float:
        """The readers' score bounded; nearly unchanged around 0."""
        return float(self.bounded_all(np.array([score]))[0])

    def bounded_all(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """As ``bounded``, for many scores."""
        # One by one: numpy's hyperbolic tangent differs from the kernel's in the last bit.
        tangents = np.array(list(map(math.tanh, (scores / self.most).tolist())), np.float64)
        return np.asarray(self.most * tangents)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling (1999) from the sum of both stages to the chance that a careful reader would say 'derived'.

    Voices lower what a pair shares, so the same score means more where many were heard.
    """

    slope: float
    intercept: float
    voices: float
    """Weight of ``VOICES``."""

    def odds(self, score: float, voices: float) -> float:
        """Calibrated log-odds."""
        return self.slope * score + self.voices * voices + self.intercept

    def probability(self, score: float, voices: float) -> float:
        """Calibrated probability in (0, 1)."""
        return 0.5 + 0.5 * math.tanh(0.5 * self.odds(score, voices))


@dataclass(frozen=True, eq=False)
class DerivationModel:
    """Both stages over ``f`` named features, and the probability from which on a pair is called derived."""

    names: tuple[str, ...]
    readers: Linear
    rewrites: Forest
    balance: Balance
    calibration: Calibration
    threshold: float
    trained: dict[str, Any]
    """How it was trained: data, settings, program; for people."""

    @classmethod
    def from_json(cls, document: str) -> DerivationModel:
        """Parse a model file; ValueError if this program cannot use it."""
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
            balance=Balance(**content["balance"]),
            calibration=Calibration(**content["calibration"]),
            threshold=content["decision"],
            trained=content["trained"],
        )

    def score(self, features: dict[str, float]) -> float:
        """Uncalibrated score of both stages.

        Raises ValueError if the features are not those that the model was trained on.
        """
        if tuple(features) != self.names:
            raise ValueError("the model was trained on other features; run `python -m bench train`")
        rewrites = self.balance.rewrites * self.rewrites.score(features)
        return self.balance.bounded(self.readers.score(features)) + rewrites

    def probabilities(self, pairs: Sequence[dict[str, float]]) -> NDArray[np.float64]:
        """Probabilities that one text derives from the other, for each pair's features. Errors as ``score``."""
        if any(tuple(features) != self.names for features in pairs):
            raise ValueError("the model was trained on other features; run `python -m bench train`")
        rows = [list(features.values()) for features in pairs]
        return self.probabilities_of(np.array(rows, np.float64).reshape(-1, len(self.names)))

    def probabilities_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """As ``probabilities``, for m rows of features in the order of ``names``."""
        found = self.table.probabilities(rows) if self.table is not None else None
        return self.probabilities_in_python(rows) if found is None else found

    def probabilities_in_python(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Reference implementation of the kernel of ``probabilities_of``."""
        readers, rewrites, voices = self._columns
        scores = self.balance.bounded_all(self.readers.scores(rows.take(readers, axis=1)))
        scores = scores + self.balance.rewrites * self.rewrites.scores(rows.take(rewrites, axis=1))
        scored = zip(scores.tolist(), rows[:, voices].tolist(), strict=True)
        return np.array([self.calibration.probability(score, heard) for score, heard in scored], np.float64)

    @cached_property
    def table(self) -> ModelTable | None:
        """The model for the compiled kernel; None without compiled kernels."""
        if self.rewrites.table is None:
            return None
        readers, rewrites, voices = self._columns
        linear = self.readers
        return ModelTable(
            ReadersTable(readers.tolist(), linear.weights, linear.means, linear.scales, linear.intercept),
            (self.rewrites.table, rewrites.tolist()),
            Combined(
                self.balance.most,
                self.balance.rewrites,
                self.calibration.slope,
                self.calibration.voices,
                self.calibration.intercept,
            ),
            voices=voices,
            columns=len(self.names),
        )

    @cached_property
    def _columns(self) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
        """Columns of the readers' features, of the trees' features, and of the voices."""
        of_readers, of_rewrites = (
            np.array(list(map(self.names.index, part.names)), np.intp) for part in (self.readers, self.rewrites)
        )
        return of_readers, of_rewrites, self.names.index(VOICES)

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """Contributions by feature, both stages summed, followed by ``voices`` and ``base``.

        Bounding shrinks the readers' score; every feature's contribution shrinks by the same factor.
        """
        slope, score = self.calibration.slope, self.readers.score(features)
        factor = slope * (self.balance.bounded(score) / score if score else 1.0)
        parts = {name: factor * value for name, value in self.readers.contributions(features).items()}
        of_trees, before = self.rewrites.contributions(features)
        for name, value in of_trees.items():
            parts[name] = parts.get(name, 0.0) + slope * self.balance.rewrites * value
        base = factor * self.readers.intercept + slope * self.balance.rewrites * before + self.calibration.intercept
        return {**parts, VOICES: self.calibration.voices * features[VOICES], "base": base}


def to_json(  # noqa: PLR0913 - all that a model is
    names: Sequence[str],
    readers: Linear,
    rewrites: tuple[Sequence[str], Sequence[Tree]],
    *,
    balance: Balance,
    calibration: Calibration,
    threshold: float,
    trained: dict[str, Any],
) -> str:
    """Serialise a model, one line per tree."""
    columns, trees = rewrites
    Forest.of(columns, trees)  # raises if the file could not be read again
    terms = {
        name: {"mean": mean, "scale": scale, "weight": weight}
        for name, mean, scale, weight in zip(readers.names, readers.means, readers.scales, readers.weights, strict=True)
    }
    head = {
        "format": FORMAT,
        "trained": trained,
        "decision": threshold,
        "calibration": asdict(calibration),
        "balance": asdict(balance),
        "features": list(names),
        "readers": {"intercept": readers.intercept, "terms": terms},
        "rewrites": {"features": list(columns)},
    }
    lines = ",\n".join("      " + json.dumps(tree, separators=(",", ":")) for tree in trees)
    return json.dumps(head, indent=2)[:-6] + ',\n    "trees": [\n' + lines + "\n    ]\n  }\n}\n"
