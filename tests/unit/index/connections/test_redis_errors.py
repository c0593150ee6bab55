"""Which Redis errors are translated, retried, or left out of a response."""

from __future__ import annotations

import pytest
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoPermissionError,
    OutOfMemoryError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from wirematch.errors import IndexFullError, IndexRefusedError, IndexUnavailableError
from wirematch.index.connections.redis_errors import gather_available, is_gone, is_held, translated_errors

pytestmark = pytest.mark.anyio

GONE, HELD = ResponseError("GONE the shard is not open"), ResponseError("HELD writes wait for a rebuild to end")


async def outcome_of(item: object) -> object:
    if isinstance(item, Exception):
        raise item
    return item


@pytest.mark.parametrize(
    "error", [RedisConnectionError("cache.example:6379 refused"), TimeoutError(), GONE], ids=["refused", "late", "gone"]
)
def test_errors_of_redis_become_index_unavailable(error):
    with pytest.raises(IndexUnavailableError, match="did not answer in time") as caught, translated_errors():
        raise error
    assert caught.value.__cause__ is error
    assert "cache.example" not in str(caught.value)


@pytest.mark.parametrize(
    "error", [OutOfMemoryError("command not allowed"), ResponseError("MISCONF Errors writing to the AOF file")]
)
def test_a_server_without_room_is_told_apart(error):
    with pytest.raises(IndexFullError, match="no memory or no disk") as caught, translated_errors():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [AuthenticationError("invalid username-password pair"), NoPermissionError("SET")])
def test_a_server_that_refuses_the_user_is_not_called_late(error):
    with pytest.raises(IndexRefusedError, match="refuses the user") as caught, translated_errors():
        raise error
    assert caught.value.__cause__ is error
    assert (caught.value.status, caught.value.type) == (503, "index-unavailable")


def test_a_server_that_still_reads_its_file_is_told_apart():
    error = BusyLoadingError("LOADING Valkey is loading the dataset in memory")
    with pytest.raises(IndexUnavailableError, match="is loading its data") as caught, translated_errors():
        raise error
    assert caught.value.__cause__ is error


def test_other_errors_are_not_translated():
    with pytest.raises(KeyError), translated_errors():
        raise KeyError("a")


def test_refusals_of_a_shard_are_told_apart():
    assert (is_gone(GONE), is_held(GONE), is_gone(HELD), is_held(HELD)) == (True, False, False, True)
    assert not is_gone(RedisConnectionError("GONE"))
    assert not is_held(None)


async def test_an_unavailable_item_is_none():
    items = ["a", RedisConnectionError("refused"), "b", IndexUnavailableError("away")]

    assert await gather_available(items, outcome_of) == ["a", None, "b", None]
    assert await gather_available([], outcome_of) == []


@pytest.mark.parametrize("error", [GONE, HELD, KeyError("a")])
async def test_a_refusal_and_an_error_of_ours_are_raised(error):
    with pytest.raises(type(error)) as caught:
        await gather_available(["a", error], outcome_of)
    assert caught.value is error


async def test_when_all_are_unavailable_the_first_error_is_raised():
    with pytest.raises(RedisConnectionError, match="first"):
        await gather_available([RedisConnectionError("first"), TimeoutError()], outcome_of)
