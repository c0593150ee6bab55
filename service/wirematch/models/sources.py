"""Who an article comes from, compared."""

from __future__ import annotations

from typing import Protocol


class HasSource(Protocol):
    """An article, or what is told of one."""

    @property
    def source(self) -> str | None: ...


def same_source(one: HasSource, other: HasSource) -> bool:
    """Whether both are known to come from one source: such a story is an update of the other, and no pickup.

    Nobody knows where articles without a source come from, so no two of them are known to have the same.
    """
    return bool(one.source) and one.source == other.source
