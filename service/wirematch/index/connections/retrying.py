"""When a connection that was open is lost, what only reads is retried once over another one.

After a failover or a restart, redis-py's pools still hold connections that the server has reset.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.exceptions import (
    AskError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    ReadOnlyError,
    SlotNotCoveredError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as LostConnectionError

R = TypeVar("R")
NOT_EXECUTED = (TryAgainError, AskError, MovedError, ClusterDownError, SlotNotCoveredError)
"""Errors of Redis Cluster after which a command was certainly not executed and can be sent again."""
TURNED_REPLICA = (ReadOnlyError, MasterDownError)
"""Errors of a server that is a replica and should be a master."""
_NOBODY_THERE = (ConnectionRefusedError, FileNotFoundError, socket.gaierror)


def was_lost(error: BaseException) -> bool:
    """Whether an open connection was lost. A connection that could not be made, a timeout and a refusal are no loss."""
    if isinstance(error, _NOBODY_THERE) or isinstance(error.__cause__, _NOBODY_THERE):
        return False
    return type(error) is LostConnectionError or (isinstance(error, OSError) and not isinstance(error, TimeoutError))


async def retry_reading(
    drop_idle: Callable[[], Awaitable[None]],
    retried: Callable[[Exception], None],
    ask: Callable[[], Awaitable[R]],
) -> R:
    """Return what ``ask`` does. If an open connection is lost, drop idle ones, too, and call ``ask`` once more.

    ``retried`` is told why.
    """
    try:
        return await ask()
    except (LostConnectionError, OSError) as error:
        if not was_lost(error):
            raise
        retried(error)
        await drop_idle()
        return await ask()
