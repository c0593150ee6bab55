"""Records the service's telemetry as metrics."""

from __future__ import annotations

import asyncio
from functools import cache

from prometheus_client import Counter, Histogram

from wirematch.detection.examination.index_faults import Examined, FaultKind
from wirematch.detection.telemetry import Step
from wirematch.index.connections.observer import ScriptKind
from wirematch.models import Decision
from wirematch.observability import metrics
from wirematch.observability.logs import notes


class MetricsTelemetry:
    """Metrics of detection."""

    def __init__(self) -> None:
        self._sources: set[str] = set()
        self._steps: list[tuple[Step, int, float]] = []
        """Steps that are still to be recorded."""

    def record(self, step: Step, count: int, seconds: float) -> None:
        """See Telemetry. Recorded in the running loop's next turn: a check has eight steps, 5 µs each.

        Raises RuntimeError outside of an event loop.
        """
        self._steps.append((step, count, seconds))
        if len(self._steps) == 1:
            asyncio.get_running_loop().call_soon(self._record)

    def _record(self) -> None:
        steps, self._steps = self._steps, []
        for step, count, seconds in steps:
            took, items = _of_step(step)
            took.observe(seconds)
            items.inc(count)

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """See Telemetry."""
        _of_decision(self._label(source), decision).inc()
        metrics.COMPARED.inc(compared)
        if (noted := notes.get()) is not None:
            noted.decisions[decision.value] += 1

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """See Telemetry."""
        metrics.TRANSLATION_SECONDS.labels(engine, outcome).observe(seconds)

    def _label(self, source: str | None) -> str:
        """Return the source's label.

        Beyond ``MOST_SOURCES``, sources share one: clients choose their names, and each label is a time series.
        """
        name = source or ""
        if name not in self._sources and len(self._sources) >= metrics.MOST_SOURCES:
            return metrics.OTHERS
        self._sources.add(name)
        return name


def record_faults(found: Examined) -> None:
    """Record an examination of the index; kinds without faults are set to zero."""
    for kind in FaultKind:
        metrics.INDEX_FAULTS.labels(kind.name.lower()).set(found.faults.get(kind, 0))
    metrics.EXAMINED.set_to_current_time()


def record_given_up(task: str) -> None:
    """Count a webhook task that was given up."""
    metrics.WEBHOOKS_GIVEN_UP.labels(task).inc()


class MetricsOfStore:
    """Metrics of ``index.connections.connection``."""

    def took(self, kind: ScriptKind, seconds: float) -> None:
        """See StoreObserver."""
        _of_kind(kind).observe(seconds)

    def retried(self, reason: Exception) -> None:
        """See StoreObserver."""
        metrics.REDIS_RETRIES.labels(type(reason).__name__).inc()

    def failed(self, error: BaseException) -> None:
        """See StoreObserver."""
        metrics.REDIS_ERRORS.labels(type(error).__name__).inc()


@cache
def _of_step(step: Step) -> tuple[Histogram, Counter]:
    """Cached: a check has seven steps, and finding a series by its label takes longer than incrementing it."""
    return metrics.STEP_SECONDS.labels(step.value), metrics.STEP_ITEMS.labels(step.value)


@cache
def _of_decision(source: str, decision: Decision) -> Counter:
    return metrics.DECISIONS.labels(source, decision.value)


@cache
def _of_kind(kind: ScriptKind) -> Histogram:
    return metrics.REDIS_SECONDS.labels(kind)
