"""Measures of made-up pairs with known truth: how often a pair derives at which odds."""

from __future__ import annotations

import numpy as np

from wirematch.tuning.measures import NO_PART, Measures


def drawn(pairs: int, seed: int, *, slope: float = 1.0, intercept: float = 0.0, to_an_event: int = 1) -> Measures:
    """Draw pairs that derive with odds ``slope * said + intercept``, where the model reports ``said``."""
    draw = np.random.default_rng(seed)
    said = draw.normal(-0.5, 2.5, pairs)
    derived = draw.random(pairs) < 1 / (1 + np.exp(-(slope * said + intercept)))
    events = np.array([f"event {number // to_an_event}" for number in range(pairs)])
    return Measures(derived, events, said, np.full(pairs, NO_PART), np.zeros(pairs), np.full(pairs, np.nan))
