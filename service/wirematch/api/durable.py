"""The query parameter ``durability``: when a write counts as safe enough to be acknowledged."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from wirematch.index.connections.durability import Durability, choose


async def _durable(
    durability: Annotated[
        Durability | None,
        Query(
            description="How safe a write is before it is acknowledged: 'written' survives the end of every process, "
            "'fsync' also that of the machine. By default as the service is configured."
        ),
    ] = None,
) -> None:
    if durability is not None:
        choose(durability)


DURABLE = Depends(_durable)
"""Dependency of routes that store or remove."""
