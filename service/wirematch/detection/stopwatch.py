"""Timing of the steps within a decision: they run in threads and by the dozen, so durations are summed first."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from wirematch.detection.telemetry import Step, Telemetry, TimedStep
from wirematch.matching.compare import Comparer, PairScore, PreparedArticle
from wirematch.matching.neighbours.event import Event
from wirematch.models import Evidence

_COMPARE = Step.COMPARE
"""A constant: attribute access on an enumeration is a function call."""


class Stopwatch:
    """Sums durations by step. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[Step, tuple[int, float]] = {}

    def measured(self, step: Step, count: int) -> TimedStep:
        """Add the duration of the body of the ``with`` statement."""
        return TimedStep(self.add, step, count)

    def add(self, step: Step, count: int, seconds: float) -> None:
        """Add ``seconds`` for ``count`` items."""
        with self._lock:
            before = self._taken.get(step, (0, 0.0))
            self._taken[step] = before[0] + count, before[1] + seconds

    def tell(self, telemetry: Telemetry) -> None:
        """Record and reset all sums; call it in the event loop, as Telemetry requires."""
        with self._lock:
            taken, self._taken = self._taken, {}
        for step, (count, seconds) in taken.items():
            telemetry.record(step, count, seconds)


class WatchedComparer(Comparer):
    """A comparer that times its work."""

    def __init__(self, comparer: Comparer, watch: Stopwatch) -> None:
        super().__init__(comparer.model, comparer.rarity, comparer.agencies)
        self._watch = watch

    def score_pairs(
        self, submission: PreparedArticle, stories: Sequence[PreparedArticle], *, event: Event | None = None
    ) -> Sequence[PairScore]:
        """See Comparer."""
        started = time.perf_counter()  # runs for every submission, so without a context manager
        try:
            return super().score_pairs(submission, stories, event=event)
        finally:
            self._watch.add(_COMPARE, len(stories), time.perf_counter() - started)

    def explain(
        self,
        submission: PreparedArticle,
        story: PreparedArticle,
        score: PairScore,
        *,
        explain_related: bool = True,
        with_reasons: bool = False,
    ) -> Evidence:
        """See Comparer."""
        with self._watch.measured(Step.EXPLAIN, 1):
            return super().explain(submission, story, score, explain_related=explain_related, with_reasons=with_reasons)
