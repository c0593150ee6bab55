"""The interface for metrics and traces of Redis."""

from __future__ import annotations

from typing import Literal, Protocol

ScriptKind = Literal["read", "write"]


class StoreObserver(Protocol):
    """Observes a store. Called in the event loop, so it must not block."""

    def took(self, kind: ScriptKind, seconds: float) -> None:
        """A script or transaction succeeded or failed after ``seconds``, retries included."""

    def retried(self, reason: Exception) -> None:
        """A script is sent again."""

    def failed(self, error: BaseException) -> None:
        """A script failed for good."""
