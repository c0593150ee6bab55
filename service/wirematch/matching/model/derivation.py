"""From features to the probability that one text derives from another, in a file that a reader can follow.

Two stages. *Readers*: a logistic regression on pairs that people read, whose weights point the way that reason says,
so that more of the reporter's own wording in common never makes a pair less likely to be derived. *Rewrites*: boosted
trees on mined pairs, which look at the two texts alone, whatever the event. What readers say is bounded, so that they
decide where a reader would doubt, and the trees where nobody would.
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

from wirematch.kernels.model import Combined, ModelTable, ReadersTable
from wirematch.matching.model.trees import Forest, Tree

FORMAT = 5
VOICES = "voices"
"""The feature that says how many independent voices there were, as ``log(1 + v)``."""


class DecisionModel(Protocol):
    """What comparing asks of a model, whatever is inside. Which one ships, ``matching.resources`` says."""

    @property
    def names(self) -> tuple[str, ...]:
        """The features that it is given, in this order."""

    @property
    def decision(self) -> float:
        """The probability from which on a pair is called derived."""

    def probabilities_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """That one text derives from the other, between 0 and 1, for m rows of features in the order of ``names``."""

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """What speaks for (above 0) and against, in parts that add up to the logarithm of the odds."""


@dataclass(frozen=True)
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
        return float(self.scores(np.array([[features[name] for name in self.names]], np.float64))[0])

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of m rows of features, in the order of ``names``."""
        weights, means, scales = self._arrays
        sums = (weights * (rows - means) / scales).cumsum(axis=1)
        return self.intercept + (sums[:, -1] if sums.shape[1] else np.zeros(len(rows)))

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.float64], ...]:
        return np.array(self.weights), np.array(self.means), np.array(self.scales)


@dataclass(frozen=True, slots=True)
class Balance:
    """How much each stage has to say."""

    most: float
    """Of the readers' score, for or against; it nears this by a hyperbolic tangent."""
    rewrites: float
    """What the trees' score is taken times."""

    def bounded(self, score: float) -> float:
        """The readers' score, about as it is around 0."""
        return float(self.bounded_all(np.array([score]))[0])

    def bounded_all(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of many."""
        # One by one, as numpy's hyperbolic tangent differs from the kernel's in the last bit.
        tangents = np.array(list(map(math.tanh, (scores / self.most).tolist())), np.float64)
        return np.asarray(self.most * tangents)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's (1999): the score that both stages give, to the chance that a careful reader would say 'derived'.

    Voices take from what a pair shares, so the same score means more where many were heard.
    """

    slope: float
    intercept: float
    voices: float
    """What each unit of ``VOICES`` adds."""

    def odds(self, score: float, voices: float) -> float:
        """The logarithm of the odds, rising with the score."""
        return self.slope * score + self.voices * voices + self.intercept

    def probability(self, score: float, voices: float) -> float:
        """Between 0 and 1, rising with the score."""
        return 0.5 + 0.5 * math.tanh(0.5 * self.odds(score, voices))


@dataclass(frozen=True, eq=False)
class DerivationModel:
    """Both stages over ``f`` named features, and the probability from which on a pair is called derived."""

    names: tuple[str, ...]
    readers: Linear
    rewrites: Forest
    balance: Balance
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
            balance=Balance(**content["balance"]),
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
        rewrites = self.balance.rewrites * self.rewrites.score(features)
        return self.balance.bounded(self.readers.score(features)) + rewrites

    def probabilities(self, pairs: Sequence[dict[str, float]]) -> NDArray[np.float64]:
        """That one text derives from the other, between 0 and 1, for each pair's features. Errors as ``score``."""
        if any(tuple(features) != self.names for features in pairs):
            raise ValueError("the model was trained on other features; run `python -m bench train`")
        rows = [list(features.values()) for features in pairs]
        return self.probabilities_of(np.array(rows, np.float64).reshape(-1, len(self.names)))

    def probabilities_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same of m rows of features in the order of ``names``."""
        found = self.table.probabilities(rows) if self.table is not None else None
        return self.probabilities_in_python(rows) if found is None else found

    def probabilities_in_python(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the kernel is held to."""
        readers, rewrites, voices = self._columns
        scores = self.balance.bounded_all(self.readers.scores(rows.take(readers, axis=1)))
        scores = scores + self.balance.rewrites * self.rewrites.scores(rows.take(rewrites, axis=1))
        said = zip(scores.tolist(), rows[:, voices].tolist(), strict=True)
        return np.array([self.calibration.probability(score, heard) for score, heard in said], np.float64)

    @cached_property
    def table(self) -> ModelTable | None:
        """For the compiled kernels; None on the Python path."""
        if self.rewrites.table is None:
            return None
        readers, rewrites, voices = self._columns
        said = self.readers
        return ModelTable(
            ReadersTable(readers.tolist(), said.weights, said.means, said.scales, said.intercept),
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
        """Where the readers' features, those of the trees and the voices are."""
        of_readers, of_rewrites = (
            np.array(list(map(self.names.index, part.names)), np.intp) for part in (self.readers, self.rewrites)
        )
        return of_readers, of_rewrites, self.names.index(VOICES)

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """By feature, of both stages together, then ``voices`` and ``base``.

        Features share in what is left of the readers' score when it is bounded, each by the same factor.
        """
        slope, said = self.calibration.slope, self.readers.score(features)
        factor = slope * (self.balance.bounded(said) / said if said else 1.0)
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
        "calibration": asdict(calibration),
        "balance": asdict(balance),
        "features": list(names),
        "readers": {"intercept": readers.intercept, "terms": terms},
        "rewrites": {"features": list(columns)},
    }
    lines = ",\n".join("      " + json.dumps(tree, separators=(",", ":")) for tree in trees)
    return json.dumps(head, indent=2)[:-6] + ',\n    "trees": [\n' + lines + "\n    ]\n  }\n}\n"
