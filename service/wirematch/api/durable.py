"""The query parameter ``durability``: when a write counts as safe enough to be acknowledged."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from wirematch.index.connections.durability import Durability, choose


async def _durable(
    durability: Annotated[
        Durability | None,
        Query(
            description="What the answer means: 'written' survives the end of every process, 'fsync' that of the "
            "machine as well. By default what the service's own setting says."
        ),
    ] = None,
) -> None:
    if durability is not None:
        choose(durability)


DURABLE = Depends(_durable)
"""Dependency of routes that store or remove."""
