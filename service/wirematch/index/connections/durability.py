"""How safe a write is before it is acknowledged: executed, or on the server's disk as well."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from typing import Any

from wirematch.errors import NotFlushedError, NotReplicatedError


class Durability(StrEnum):
    """What an acknowledged write has survived."""

    WRITTEN = "written"
    """The server has executed it and handed it to its machine's kernel: it survives the end of any process."""
    FSYNC = "fsync"
    """The server's append-only file has it on disk (WAITAOF): it survives the end of the machine."""


_chosen: ContextVar[Durability | None] = ContextVar("durability", default=None)


def choose(durability: Durability | None) -> None:
    """For all writes of this task from here on, whatever a service does by default; None leaves it as it is."""
    _chosen.set(durability)


def is_flushed(default: Durability) -> bool:
    """Whether this task's writes must be on disk."""
    return (_chosen.get() or default) is Durability.FSYNC


def check_replicas(waited: Any, wanted: int) -> None:
    """By the answer to WAIT; NotReplicatedError."""
    having = waited if isinstance(waited, int) else 0
    if having < wanted:
        raise NotReplicatedError(having, wanted)


def check_flushed(waited: Any) -> None:
    """By the answer to WAITAOF; NotFlushedError."""
    if isinstance(waited, Exception):
        raise NotFlushedError from waited
    if not int(waited[0]):
        raise NotFlushedError
