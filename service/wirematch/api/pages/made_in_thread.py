"""Render pages and files of whole texts in a thread: the longest take seconds and must not block other requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from wirematch.detection.detector import Detector
from wirematch.detection.policy import size_of
from wirematch.models import Article

T = TypeVar("T")


async def made_in_thread(detector: Detector, articles: Sequence[Article], make: Callable[[], T]) -> T:
    """Run ``make`` in a thread, queued by the size of the articles like any other request. Raises OverloadedError."""
    async with detector.executor.admission(sum(size_of(one.body) for one in articles)):
        return await detector.executor.run(make)
