"""A clock that tests set."""

from __future__ import annotations


class Clock:
    """A clock that advances when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now
