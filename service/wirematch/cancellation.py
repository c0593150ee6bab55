"""Cooperative cancellation of work in threads.

A thread cannot be stopped from outside. Whoever starts its work gives it a ``CancelToken``, which is cancelled when the
client has gone away, the deadline has passed or the service is shutting down; long computations check it between steps.
Without one, work runs to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class CancelledWorkError(Exception):
    """Nobody waits for the result any more."""


class CancelToken:
    """Whether somebody still waits for a result; may be cancelled from another thread."""

    __slots__ = ("cancelled",)

    def __init__(self) -> None:
        self.cancelled = False


_cancel_token: ContextVar[CancelToken | None] = ContextVar("cancel_token", default=None)


def raise_if_cancelled() -> None:
    """Raise CancelledWorkError if nobody waits for this thread's work any more. Costs less than a microsecond."""
    cancel = _cancel_token.get()
    if cancel is not None and cancel.cancelled:
        raise CancelledWorkError


@contextmanager
def cancellable_by(cancel: CancelToken) -> Iterator[None]:
    """Within this context, ``raise_if_cancelled`` checks ``cancel``."""
    before = _cancel_token.set(cancel)
    try:
        yield
    finally:
        _cancel_token.reset(before)
