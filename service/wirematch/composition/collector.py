"""Garbage collection tuned for a process that caches many articles."""

from __future__ import annotations

import gc

THRESHOLDS = (10_000, 10, 100)
"""Arguments of ``gc.set_threshold``. With Python's defaults, a full collection traverses the whole cache every few
thousand articles and stalls the process for a fifth of a second."""


def collect_seldom() -> None:
    """Exempt all objects that exist now (models, modules) from collection, and collect the rest rarely."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
