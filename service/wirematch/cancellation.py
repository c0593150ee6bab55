"""Safepoints in the work of threads: where it stops if it was cancelled, and where others' work may go first.

A thread cannot be stopped from outside. Whoever starts its work gives it a ``CancelToken``, which is cancelled when the
client has gone away, the deadline has passed or the service is shutting down; long computations check it between steps.
Without one, work runs to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class CancelledWorkError(Exception):
    """Nobody waits for the result any more."""


class CancelToken:
    """Whether somebody still waits for a result; may be cancelled from another thread."""

    __slots__ = ("cancelled", "give_way")

    def __init__(self) -> None:
        self.cancelled = False
        self.give_way: Callable[[], None] | None = None
        """Lets work that waits for this thread go first if it is its turn; None while none waits."""


_cancel_token: ContextVar[CancelToken | None] = ContextVar("cancel_token", default=None)


def safepoint() -> None:
    """Let others' work go first if it is their turn; CancelledWorkError if nobody waits for this work any more.

    Costs less than a microsecond if nothing is to be done. May block, so call it without holding a lock.
    """
    cancel = _cancel_token.get()
    if cancel is not None:
        if (give_way := cancel.give_way) is not None:
            give_way()
        if cancel.cancelled:
            raise CancelledWorkError


@contextmanager
def cancellable_by(cancel: CancelToken) -> Iterator[None]:
    """Within this context, ``safepoint`` checks ``cancel``."""
    before = _cancel_token.set(cancel)
    try:
        yield
    finally:
        _cancel_token.reset(before)
