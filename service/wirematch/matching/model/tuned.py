"""The shipped model adjusted by a desk's own labelled pairs: a threshold and two numbers of recalibration.

The model itself stays as it is, and so does its ranking of pairs; only the meaning of a score and the threshold may
change. ``wirematch tune`` makes the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from wirematch.matching.model.derivation import DecisionModel
from wirematch.models import Strict

LEAST_DOUBT = 1e-12
"""Probabilities are kept this far from 0 and 1, so that their odds are finite."""


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Platt's two parameters applied to the model's log-odds; the defaults change nothing."""

    slope: float = 1.0
    intercept: float = 0.0

    def odds(self, odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Recalibrate log-odds."""
        return self.slope * odds + self.intercept


AS_SHIPPED = Recalibration()


class Tuning(Strict):
    """What ``wirematch tune`` found, as its file has it."""

    format: Literal[1] = 1
    model: str = Field(description="Digest of the model file that the pairs were decided by; another is not tuned.")
    threshold: float = Field(gt=0, lt=1, description="Probability from which on a pair is called derived.")
    slope: float = Field(1.0, gt=0, allow_inf_nan=False)
    intercept: float = Field(0.0, allow_inf_nan=False)
    pairs: int = Field(ge=0, description="Labelled pairs that it was found by.")
    made_by: str

    @property
    def recalibration(self) -> Recalibration:
        """The two numbers."""
        return Recalibration(self.slope, self.intercept)


class TunedModel:
    """A ``DecisionModel`` that wraps another one."""

    def __init__(
        self, shipped: DecisionModel, threshold: float | None = None, recalibration: Recalibration = AS_SHIPPED
    ) -> None:
        """With ``threshold`` None, the wrapped model's threshold is kept."""
        self._shipped = shipped
        self._recalibration = recalibration
        self._threshold = shipped.threshold if threshold is None else threshold

    @property
    def names(self) -> tuple[str, ...]:
        """See DecisionModel."""
        return self._shipped.names

    @property
    def threshold(self) -> float:
        """See DecisionModel."""
        return self._threshold

    def probabilities_of(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """See DecisionModel."""
        probabilities = self._shipped.probabilities_of(rows)
        if self._recalibration == AS_SHIPPED:
            return probabilities
        return probabilities_at(self._recalibration.odds(odds_of(probabilities)))

    def contributions(self, features: dict[str, float]) -> dict[str, float]:
        """See DecisionModel; the recalibration's intercept is part of ``base``."""
        parts = {
            name: self._recalibration.slope * value for name, value in self._shipped.contributions(features).items()
        }
        return parts | {"base": parts["base"] + self._recalibration.intercept}


def odds_of(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of probabilities."""
    kept = np.clip(probabilities, LEAST_DOUBT, 1 - LEAST_DOUBT)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def probabilities_at(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of ``odds_of``."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * odds))
