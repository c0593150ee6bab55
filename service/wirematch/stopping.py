"""Long computations ask, between two pieces of their work, whether anybody still waits for it.

Work in a thread cannot be ended from outside. Whoever starts it gives it an ``Interest``, which is lost when a client
has gone away, a deadline has passed or the service ends. Without one, work goes on to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class GivenUpError(Exception):
    """Nobody waits for the result any more."""


class Interest:
    """Whether somebody waits; may be taken back from another thread."""

    __slots__ = ("lost",)

    def __init__(self) -> None:
        self.lost = False


_interest: ContextVar[Interest | None] = ContextVar("interest", default=None)


def stop_if_unwanted() -> None:
    """GivenUpError when nobody waits for the work of this thread any more. Costs less than a microsecond."""
    interest = _interest.get()
    if interest is not None and interest.lost:
        raise GivenUpError


@contextmanager
def working_for(interest: Interest) -> Iterator[None]:
    """While entered, ``stop_if_unwanted`` asks ``interest``."""
    token = _interest.set(interest)
    try:
        yield
    finally:
        _interest.reset(token)
