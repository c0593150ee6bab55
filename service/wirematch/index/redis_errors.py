"""What failures of the store mean."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis.exceptions import ResponseError

from wirematch.errors import IndexUnavailableError
from wirematch.index.connection import FAILURES

Q = TypeVar("Q")
R = TypeVar("R")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Every failure of Redis becomes IndexUnavailableError, with Redis's own words in it."""
    try:
        yield
    except FAILURES as error:
        said = str(error) or "no answer in time"
        raise IndexUnavailableError(f"Redis failed or did not answer in time: {said}") from error


def moved_or_closed(error: BaseException | None) -> bool:
    """Whether a shard says that the index is to be opened again, or that it takes writes in a moment."""
    return isinstance(error, ResponseError) and str(error).startswith(("GONE", "HELD"))


async def gather_available(places: Iterable[Q], work: Callable[[Q], Awaitable[R]]) -> list[R | None]:
    """The answers in order; None for one that failed. When all fail, the first failure is raised."""
    answers = await asyncio.gather(*(work(place) for place in places), return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failures:
        whole = len(failures) == len(answers) or moved_or_closed(failure)
        if whole or not isinstance(failure, (*FAILURES, IndexUnavailableError)):
            raise failure
    return [None if isinstance(answer, BaseException) else answer for answer in answers]
