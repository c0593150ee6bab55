"""How safe a write is before it is acknowledged: executed, or on the server's disk as well."""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum


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
