"""Fit the two stages of the model, its calibration and its threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.models.examples import COUNTS, NAMES, Matrix
from wirematch.matching.model.derivation import VOICES, Balance, Calibration, Linear
from wirematch.matching.model.trees import Forest, Tree
from wirematch.matching.neighbours import event
from wirematch.matching.pairs import features

if TYPE_CHECKING:
    from lightgbm import LGBMClassifier

Labels = NDArray[np.bool_]

READERS = (
    "own_trigrams_of_shorter", "content_in_order_of_shorter", "own_wording_pairs_of_longer", "speech_of_shorter",
    "runs_in_order", "sentence_likeness_of_shorter", "own_runs_of_longer", "length_of_longer",
    "own_plain_pairs_of_shorter", "longest_own_run", "closest_sentences_of_shorter",
    *(name for name in event.NAMES if name != VOICES),
)  # fmt: skip
"""Features of the first stage; the number of voices goes into the calibration instead."""
EITHER_WAY = frozenset({"speech_of_shorter", "length_of_longer"})
"""Features that may count for or against; a higher value of any other never makes derivation less likely."""
STRENGTH = 0.1
"""Inverse of the ridge penalty on standardised features."""
REWRITES = features.NAMES
"""Features of the second stage: of the two texts only; the event is the first stage's business."""
READ_WEIGHT = 3.0
"""Weight of a judged pair, relative to a mined one, in fitting the trees."""
BALANCE = Balance(most=1.5, rewrites=0.5)
"""Chosen by cross-validation on judged and mined pairs: docs/accuracy.md."""
FALSE_ALARM = 2.0
"""Cost of a false alarm relative to a miss."""
PARAMETERS: dict[str, Any] = {
    "n_estimators": 500,
    "learning_rate": 0.08,
    "num_leaves": 12,
    "min_child_samples": 20,
    "reg_lambda": 10,
    "colsample_bytree": 0.5,
    "extra_trees": True,
    "deterministic": True,
    "force_col_wise": True,
    "random_state": 0,
    "n_jobs": 1,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """Both stages, fitted."""

    readers: Linear
    trees: list[Tree]

    def scores(self, rows: Matrix) -> NDArray[np.float64]:
        """Score rows with features in the order of ``NAMES``."""
        forest = Forest.of(REWRITES, self.trees)
        named = (dict(zip(NAMES, row, strict=True)) for row in rows.tolist())
        return np.array(
            [BALANCE.bounded(self.readers.score(row)) + BALANCE.rewrites * forest.score(row) for row in named]
        )


def fit(read: Sequence[Matrix], derived: Labels, mined: Matrix, mined_derived: Labels) -> Stages:
    """Fit both stages to judged pairs, measured with different numbers of neighbours, and to mined pairs."""
    every = np.vstack(read)
    alone = read[0]  # the trees' features do not depend on neighbours
    return Stages(
        fit_readers(columns_of(every, READERS), np.tile(derived, len(read)), len(read)),
        _rewrites(
            columns_of(np.vstack([mined, alone]), REWRITES),
            np.concatenate([mined_derived, derived]),
            np.repeat([1.0, READ_WEIGHT], [len(mined), len(alone)]),
        ),
    )


def voices_of(rows: Matrix) -> NDArray[np.float64]:
    """Return the number of voices in rows in the order of ``NAMES``."""
    return rows[:, NAMES.index(VOICES)]


def columns_of(rows: Matrix, names: Sequence[str]) -> Matrix:
    """Return these columns of rows in the order of ``NAMES``."""
    return rows[:, [NAMES.index(name) for name in names]]


def fit_readers(features: Matrix, derived: Labels, repeated: int) -> Linear:
    """Fit a ridge logistic regression with balanced labels and sign constraints (L-BFGS-B: Byrd et al. 1995)."""
    weights = np.where(derived, 0.5 / derived.mean(), 0.5 / (1 - derived.mean())) / repeated
    means = np.average(features, axis=0, weights=weights)
    scales = np.sqrt(np.average((features - means) ** 2, axis=0, weights=weights)) + 1e-9
    standardised = (features - means) / scales
    signs = np.where(derived, 1.0, -1.0)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = (standardised @ point[:-1] + point[-1]) * signs
        wrong = weights * signs / (1 + np.exp(np.clip(margins, -500, 500)))
        slopes = point[:-1] / STRENGTH - standardised.T @ wrong
        value = (weights * np.logaddexp(0, -margins)).sum() + 0.5 / STRENGTH * (point[:-1] @ point[:-1])
        return float(value), np.append(slopes, -wrong.sum())

    bounds: list[tuple[float | None, None]] = [(None if name in EITHER_WAY else 0.0, None) for name in READERS]
    found = minimize(loss, np.zeros(len(READERS) + 1), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    return Linear(
        READERS,
        means=tuple(means.round(6).tolist()),
        scales=tuple(scales.round(6).tolist()),
        weights=tuple(found[:-1].round(4).tolist()),
        intercept=round(float(found[-1]), 4),
    )


def grow(features: Matrix, derived: Labels, weights: NDArray[np.float64]) -> LGBMClassifier:
    """Grow the trees of the second stage. Needs the system's OpenMP library (libgomp)."""
    from lightgbm import LGBMClassifier  # noqa: PLC0415 - so that what only reads this module works without libgomp

    return LGBMClassifier(**PARAMETERS).fit(features, derived, sample_weight=weights)


def _rewrites(features: Matrix, derived: Labels, weights: NDArray[np.float64]) -> list[Tree]:
    forest = grow(features, derived, weights)
    return [_tree(stage["tree_structure"]) for stage in forest.booster_.dump_model()["tree_info"]]


def _tree(node: dict[str, Any]) -> Tree:
    if "leaf_value" in node:
        return round(float(node["leaf_value"]), 6)
    threshold = float(f"{node['threshold']:.9g}")
    return [node["split_feature"], threshold, _tree(node["left_child"]), _tree(node["right_child"])]


def calibrate(scores: NDArray[np.float64], voices: NDArray[np.float64], derived: Labels) -> Calibration:
    """Fit the three numbers by maximum likelihood to pairs that the stages were not fitted to."""
    signs = np.where(derived, 1.0, -1.0)
    columns = np.column_stack([scores, np.ones(len(scores)), voices])

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = columns @ point * signs
        wrong = signs / (1 + np.exp(np.clip(margins, -500, 500)))
        return float(np.logaddexp(0, -margins).sum()), -columns.T @ wrong

    slope, intercept, heard = minimize(loss, np.array([1.0, 0.0, 0.0]), jac=True, method="L-BFGS-B").x.tolist()
    return Calibration(round(slope, 4), round(intercept, 4), round(heard, 4))


def cheapest(probabilities: NDArray[np.float64], derived: Labels) -> float:
    """Return the threshold, in hundredths, with the lowest cost of false alarms and misses; the middle one of equals.

    Both are counted as rates, because the share of derived pairs only says how the pairs were chosen. Costs that differ
    by less than one false alarm count as equal: with some hundred pairs, where each lies is chance.
    """
    steps = np.arange(1, 100) / 100
    called = probabilities >= steps[:, None]
    costs = FALSE_ALARM * called[:, ~derived].mean(axis=1) + (~called[:, derived]).mean(axis=1)
    least = np.flatnonzero(costs < costs.min() + len(COUNTS) * FALSE_ALARM / np.sum(~derived))
    return float(steps[least[len(least) // 2]])
