"""Commands that one connection takes at once and Redis executes together (MULTI)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from redis.exceptions import ResponseError

_MULTI, _EXEC = b"*1\r\n$5\r\nMULTI\r\n", b"*1\r\n$4\r\nEXEC\r\n"


def in_transaction(commands: Sequence[bytes]) -> bytes:
    """Packed commands, as one transaction."""
    return b"".join((_MULTI, *commands, _EXEC))


async def exchange(connection: Any, packed: bytes, commands: int) -> list[Any]:
    """Send a transaction of so many commands; its answers, or the first error among them."""
    refused: list[ResponseError] = []
    answers: list[Any] = []
    try:
        await _send(connection, packed)
        for _ in range(commands + 2):  # MULTI, each command, EXEC
            try:
                answers = await connection.read_response(timeout=math.inf)  # the caller's timeout ends it
            except ResponseError as error:
                refused.append(error)
    except BaseException:
        await connection.disconnect(nowait=True)  # with answers that nobody has read it is of no use
        raise
    failures = [*refused, *(answer for answer in answers if isinstance(answer, Exception))]
    if failures:
        raise failures[0]
    return answers


async def _send(connection: Any, packed: bytes) -> None:
    """Without a timeout of its own, for which redis-py makes a task under Python 3.11; the caller's ends it."""
    timeout, connection.socket_timeout = connection.socket_timeout, None
    try:
        await connection.send_packed_command(packed)
    finally:
        connection.socket_timeout = timeout
