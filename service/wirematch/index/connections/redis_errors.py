"""What errors of Redis mean: which become ours, which are retried, and which leave a part of an answer missing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis.exceptions import BusyLoadingError, OutOfMemoryError, ResponseError

from wirematch.errors import IndexFullError, IndexUnavailableError
from wirematch.index.connections.connection import FAILURES

NO_DISK = "MISCONF "
"""How the error begins, within those of scripts too, when the append-only file cannot be written."""
Q = TypeVar("Q")
R = TypeVar("R")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise IndexUnavailableError, or IndexFullError, in place of any error of Redis.

    What Redis said is its ``__cause__``, for logs: it may name hosts, which are no business of callers.
    """
    try:
        yield
    except FAILURES as error:
        if isinstance(error, OutOfMemoryError) or NO_DISK in str(error):
            raise IndexFullError from error
        if isinstance(error, BusyLoadingError):
            raise IndexUnavailableError("Redis is reading its file, and answers when it has read it.") from error
        raise IndexUnavailableError("Redis failed or did not answer in time.") from error


def is_gone(error: BaseException | None) -> bool:
    """Whether a shard is closed or belongs to a replaced generation: the index must be opened again."""
    return isinstance(error, ResponseError) and str(error).startswith("GONE")


def is_held(error: BaseException | None) -> bool:
    """Whether a shard refuses writes while a rebuild switches generations: the write is to be retried."""
    return isinstance(error, ResponseError) and str(error).startswith("HELD")


async def gather_available(items: Iterable[Q], work: Callable[[Q], Awaitable[R]]) -> list[R | None]:
    """The result of ``work`` for each item, run concurrently and in order; None for each that was unavailable.

    An error is raised when all failed, when a shard asks for a retry (:func:`is_gone`, :func:`is_held`), and when it
    is no error of Redis.
    """
    items = list(items)
    if len(items) == 1:  # as most often, and no task need be made for it
        return [await work(items[0])]
    results = await asyncio.gather(*(work(item) for item in items), return_exceptions=True)
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        all_failed = len(failures) == len(results)
        unavailable = isinstance(failure, (*FAILURES, IndexUnavailableError))
        if all_failed or not unavailable or is_gone(failure) or is_held(failure):
            raise failure
    return [None if isinstance(result, BaseException) else result for result in results]
