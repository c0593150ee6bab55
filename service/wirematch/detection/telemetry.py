"""The interface for metrics and traces: every step of detection reports its name, count and duration."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from wirematch.models import Decision


class Step(StrEnum):
    """Steps that batches of articles go through, in this order."""

    SIGN = "sign"
    """Shingles and signatures are computed."""
    STORE = "store"
    """Articles are written into the index."""
    LOOK_UP = "look_up"
    """Buckets of the signatures are read, and candidates ranked."""
    SIEVE = "sieve"
    """Candidates that share too few shingles are dropped, as are stories that hold no excerpt."""
    EXCERPTS = "excerpts"
    """Stories that may share only an excerpt are ranked by single shingles; for long texts, more buckets are read."""
    FETCH = "fetch"
    """Records of candidates are read; part of SIEVE."""
    DECIDE = "decide"
    """Texts are compared; evidence is made only if somebody asked for it."""
    PREPARE = "prepare"
    """Texts that are not in the cache are cleaned and cut into words and sentences; part of DECIDE."""
    COMPARE = "compare"
    """Pairs are screened, and those similar enough measured; part of DECIDE."""
    EXPLAIN = "explain"
    """Passages and shares of matches are computed; part of DECIDE."""
    CLUSTER = "cluster"
    """Clusters are updated."""


class Telemetry(Protocol):
    """Receives a measurement of each step. Always called in a running event loop, so it must not block."""

    def record(self, step: Step, count: int, seconds: float) -> None:
        """``count`` items went through ``step`` together in ``seconds`` of wall-clock time.

        Items are articles, but candidates for SIEVE, records for FETCH, pairs for COMPARE and matches for EXPLAIN. A
        step that raised is recorded, too.
        """

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """An article of ``source`` was decided after ``compared`` stored articles were examined."""

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """A text went to ``engine``; ``seconds`` include waiting, ``outcome`` is ``translated`` or a word why not."""


class NoTelemetry:
    """Drops every measurement."""

    def record(self, step: Step, count: int, seconds: float) -> None:
        """See Telemetry."""

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """See Telemetry."""

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """See Telemetry."""


class TimedStep:
    """Times the body of a ``with`` statement; a class, as a generator takes two to four times as long."""

    __slots__ = ("_count", "_record", "_started", "_step")

    def __init__(self, record: Callable[[Step, int, float], None], step: Step, count: int) -> None:
        """``record`` is called with the step, the number of items and the seconds they took."""
        self._record, self._step, self._count = record, step, count

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._record(self._step, self._count, time.perf_counter() - self._started)


def measured(telemetry: Telemetry, step: Step, count: int) -> TimedStep:
    """Record the duration of the body of the ``with`` statement."""
    return TimedStep(telemetry.record, step, count)
