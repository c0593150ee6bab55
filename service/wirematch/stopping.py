"""Cooperative cancellation of work in threads.

A thread cannot be stopped from outside. Whoever starts its work gives it an ``Interest``, which is lost when the client
has gone away, the deadline has passed or the service is shutting down; long computations check it between steps.
Without one, work runs to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class GivenUpError(Exception):
    """Nobody waits for the result any more."""


class Interest:
    """Whether somebody still waits for a result; may be set from another thread."""

    __slots__ = ("lost",)

    def __init__(self) -> None:
        self.lost = False


_interest: ContextVar[Interest | None] = ContextVar("interest", default=None)


def stop_if_unwanted() -> None:
    """Raise GivenUpError if nobody waits for this thread's work any more. Costs less than a microsecond."""
    interest = _interest.get()
    if interest is not None and interest.lost:
        raise GivenUpError


@contextmanager
def working_for(interest: Interest) -> Iterator[None]:
    """Within this context, ``stop_if_unwanted`` checks ``interest``."""
    token = _interest.set(interest)
    try:
        yield
    finally:
        _interest.reset(token)
