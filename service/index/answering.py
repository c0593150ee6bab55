"""What failures of the store mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import ResponseError

from service.errors import IndexUnavailableError
from service.index.connection import FAILURES


@contextmanager
def answering() -> Iterator[None]:
    """Every failure of Redis becomes IndexUnavailableError, with Redis's own words in it."""
    try:
        yield
    except FAILURES as error:
        said = str(error) or "no answer in time"
        raise IndexUnavailableError(f"Redis failed or did not answer in time: {said}") from error


def elsewhere(error: BaseException | None) -> bool:
    """Whether a shard says that the index is to be opened again, or that it takes writes in a moment."""
    return isinstance(error, ResponseError) and str(error).startswith(("GONE", "HELD"))
