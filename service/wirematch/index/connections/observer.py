"""The seam on which metrics and traces of Redis hang."""

from __future__ import annotations

from typing import Literal, Protocol

ScriptKind = Literal["read", "write"]


class StoreObserver(Protocol):
    """Is told what a store does; called from the event loop, so it must not block."""

    def took(self, kind: ScriptKind, seconds: float) -> None:
        """A script or transaction was executed, or failed, in so many seconds, retries included."""

    def retried(self, reason: Exception) -> None:
        """A script is sent again."""

    def failed(self, error: BaseException) -> None:
        """A script failed for good."""
