"""How often a process that keeps many articles looks for cycles among its objects."""

from __future__ import annotations

import gc

THRESHOLDS = (10_000, 10, 100)
"""Objects that come, and searches of each generation, between Python's searches for cycles. With its own settings it
goes through all that is cached every few thousand articles and answers nobody for a fifth of a second."""


def collect_seldom() -> None:
    """Leave what is there alone, models and modules, and look for cycles among the rest now and then."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
