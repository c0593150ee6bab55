"""How safe a write is before it is acknowledged: executed, or on the server's disk as well."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from wirematch.errors import NotFlushedError, NotReplicatedError


class Durability(StrEnum):
    """What an acknowledged write is sure to survive."""

    WRITTEN = "written"
    """The server has executed it and passed it to the kernel of its machine: survives the end of any process."""
    FSYNC = "fsync"
    """The server's append-only file has it on disk (WAITAOF): survives the end of the machine."""


_chosen: ContextVar[Durability | None] = ContextVar("durability", default=None)


def choose(durability: Durability | None) -> None:
    """Set the durability of this task's writes from here on; None restores the store's default."""
    _chosen.set(durability)


def is_flushed(default: Durability) -> bool:
    """Whether this task's writes must be on disk."""
    return (_chosen.get() or default) is Durability.FSYNC


def check_replicas(waited: Any, wanted: int) -> None:
    """Check the answer to WAIT; NotReplicatedError."""
    having = waited if isinstance(waited, int) else 0
    if having < wanted:
        raise NotReplicatedError(having, wanted)


def check_flushed(waited: Any) -> None:
    """Check the answer to WAITAOF; NotFlushedError."""
    if isinstance(waited, Exception):
        raise NotFlushedError from waited
    if not int(waited[0]):
        raise NotFlushedError
