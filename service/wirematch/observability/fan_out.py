"""Fan-out of telemetry to several receivers."""

from __future__ import annotations

from collections.abc import Sequence

from wirematch.detection.telemetry import Step, Telemetry
from wirematch.index.connections.observer import ScriptKind, StoreObserver
from wirematch.models import Decision


class TelemetryFanOut:
    """Forwards to several receivers."""

    def __init__(self, receivers: Sequence[Telemetry]) -> None:
        self._receivers = receivers

    def record(self, step: Step, count: int, seconds: float) -> None:
        """See Telemetry."""
        for one in self._receivers:
            one.record(step, count, seconds)

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """See Telemetry."""
        for one in self._receivers:
            one.decided(source, decision, compared)

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """See Telemetry."""
        for one in self._receivers:
            one.translated(engine, outcome, seconds)


class ObserverFanOut:
    """Forwards to several observers."""

    def __init__(self, observers: Sequence[StoreObserver]) -> None:
        self._observers = observers

    def took(self, kind: ScriptKind, seconds: float) -> None:
        """See StoreObserver."""
        for one in self._observers:
            one.took(kind, seconds)

    def retried(self, reason: Exception) -> None:
        """See StoreObserver."""
        for one in self._observers:
            one.retried(reason)

    def failed(self, error: BaseException) -> None:
        """See StoreObserver."""
        for one in self._observers:
            one.failed(error)
