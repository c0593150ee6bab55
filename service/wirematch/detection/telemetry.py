"""The seam on which metrics and traces hang: every step of an article's way reports its name, count and duration."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from wirematch.models import Decision


class Step(StrEnum):
    """What is done with a batch of articles, in this order."""

    SIGN = "sign"
    """Shingles and signatures are computed."""
    STORE = "store"
    """Articles are written into the index."""
    LOOK_UP = "look_up"
    """The buckets of the signatures are read, and candidates ranked."""
    SIEVE = "sieve"
    """Candidates that share too few shingles are passed over, and stories that hold no excerpt."""
    EXCERPTS = "excerpts"
    """Stories are ranked by single shingles, as they may share an excerpt alone; of long texts, buckets are read."""
    FETCH = "fetch"
    """Records of candidates are read; within SIEVE."""
    DECIDE = "decide"
    """Texts are compared; without evidence unless somebody asked for it."""
    PREPARE = "prepare"
    """Texts are cleaned and cut into words and sentences, those that are not in the cache; within DECIDE."""
    COMPARE = "compare"
    """Pairs are screened, and those that are like enough measured; within DECIDE."""
    EXPLAIN = "explain"
    """Passages and shares of matches are found; within DECIDE."""
    CLUSTER = "cluster"
    """Clusters are updated."""


class Telemetry(Protocol):
    """Receives a measurement of each step; called from the event loop, so it must not block."""

    def record(self, step: Step, count: int, seconds: float) -> None:
        """``count`` articles (for SIEVE: candidates; FETCH: records; COMPARE: pairs; EXPLAIN: matches) went through
        ``step`` together in ``seconds`` of wall-clock time.

        A step that raised is recorded, too.
        """

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """An article of ``source`` was decided, and ``compared`` stored articles were looked at for that."""

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """A text was given to ``engine``, waiting included; ``outcome`` is ``translated``, or in a word why not."""


class NoTelemetry:
    """Drops every measurement."""

    def record(self, step: Step, count: int, seconds: float) -> None:
        """See Telemetry."""

    def decided(self, source: str | None, decision: Decision, compared: int) -> None:
        """See Telemetry."""

    def translated(self, engine: str, outcome: str, seconds: float) -> None:
        """See Telemetry."""


@contextmanager
def measured(telemetry: Telemetry, step: Step, count: int) -> Iterator[None]:
    """Record the time that the body of the ``with`` statement takes."""
    started = time.perf_counter()
    try:
        yield
    finally:
        telemetry.record(step, count, time.perf_counter() - started)
