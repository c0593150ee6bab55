"""Pages and files that have whole texts in them: making one of the longest takes seconds, and nobody else waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from wirematch.detection.detector import Detector
from wirematch.detection.policy import size_of
from wirematch.models import Article

T = TypeVar("T")


async def made_in_thread(detector: Detector, articles: Sequence[Article], make: Callable[[], T]) -> T:
    """What ``make`` makes of these articles, in the line where requests of so many bytes stand; OverloadedError."""
    async with detector.executor.admission(sum(size_of(one.body) for one in articles)):
        return await detector.executor.run(make)
