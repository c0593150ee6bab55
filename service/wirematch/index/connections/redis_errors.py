"""Redis errors: which ones become ours, which are retried, and which leave part of an answer missing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    OutOfMemoryError,
    ResponseError,
)

from wirematch.errors import IndexFullError, IndexRefusedError, IndexUnavailableError
from wirematch.index.connections.connection import FAILURES

FAILED = "Redis failed or did not answer in time."
NO_DISK = "MISCONF "
"""Prefix of the error, also within those of scripts, when the append-only file cannot be written."""
_SAID = {
    "NOREPLICAS": "Redis accepts no writes now: fewer replicas follow it than it requires (min-replicas-to-write).",
    "max number of clients reached": "Redis takes no further connections (maxclients).",
}
"""What a server says, and what callers are told of it; anything else may name hosts."""
Q = TypeVar("Q")
R = TypeVar("R")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Replace any Redis error by IndexUnavailableError, IndexRefusedError or IndexFullError.

    The original error is the ``__cause__``, for logs only: it may name hosts, which callers must not see.
    """
    try:
        yield
    except FAILURES as error:
        if isinstance(error, OutOfMemoryError) or NO_DISK in str(error):
            raise IndexFullError from error
        if isinstance(error, BusyLoadingError):
            raise IndexUnavailableError("Redis is loading its data, and answers afterwards.") from error
        # Over a Unix socket, redis-py reports a refusal as a lost connection that it caused.
        if any(isinstance(one, (AuthenticationError, NoPermissionError)) for one in (error, error.__cause__)):
            raise IndexRefusedError from error
        told = next((told for said, told in _SAID.items() if said in str(error)), FAILED)
        raise IndexUnavailableError(told) from error


def is_of_all(error: BaseException) -> bool:
    """Whether an error meets all tenants, such as a Redis that is away, and not one of which something is damaged."""
    return isinstance(error, IndexUnavailableError) and type(error.__cause__) is not ResponseError


def is_gone(error: BaseException | None) -> bool:
    """Whether a shard is closed or of a replaced generation, so that the index must be opened again."""
    return isinstance(error, ResponseError) and str(error).startswith("GONE")


def is_held(error: BaseException | None) -> bool:
    """Whether a shard refuses writes while a rebuild switches generations, so that the write must be retried."""
    return isinstance(error, ResponseError) and str(error).startswith("HELD")


async def gather_available(items: Iterable[Q], work: Callable[[Q], Awaitable[R]]) -> list[R | None]:
    """Run ``work`` for all items concurrently; returns results in order, None for each item that was unavailable.

    Raises if all items failed, if a shard asks for a retry (:func:`is_gone`, :func:`is_held`), and for errors other
    than those of Redis.
    """
    items = list(items)
    if len(items) == 1:  # the common case, which needs no task
        return [await work(items[0])]
    results = await asyncio.gather(*(work(item) for item in items), return_exceptions=True)  # noqa: TID251 - waits for all
    failures = [result for result in results if isinstance(result, BaseException)]
    for failure in failures:
        all_failed = len(failures) == len(results)
        unavailable = isinstance(failure, (*FAILURES, IndexUnavailableError))
        if all_failed or not unavailable or is_gone(failure) or is_held(failure):
            raise failure
    return [None if isinstance(result, BaseException) else result for result in results]
