"""The phases of a rebuild on all shards of the live generation."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from wirematch.index.shard import Shard


async def set_phases(rebuild: str, shards: Sequence[Shard], expected: str, phase: str, milliseconds: int) -> None:
    """Set the phase of all shards that can be reached; on the others, the present phase expires."""
    phases = [shard.contents.set_phase(rebuild, expected, phase, milliseconds) for shard in shards]
    await asyncio.gather(*phases, return_exceptions=True)  # noqa: TID251 - waits for all


async def end_phases(rebuild: str, shards: Sequence[Shard]) -> None:
    """End the phases before the switch, if they are those of this rebuild."""
    for phase in ("logged", "held"):
        await set_phases(rebuild, shards, phase, "", 0)
