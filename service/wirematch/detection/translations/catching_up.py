"""Translate in the background what lacks a translation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from wirematch.errors import WirematchError

LOOK_SECONDS, BETWEEN_BATCHES = 5.0, 0.2
"""Seconds between rounds of catching up: when nothing was found, and otherwise."""

log = logging.getLogger(__name__)


async def run_catch_up(catch_up: Callable[[], Awaitable[int]]) -> None:
    """Translate what lacks a translation, until cancelled. Several processes may do so concurrently."""
    while True:
        done = 0
        try:
            done = await catch_up()
        except WirematchError as error:
            log.warning("missing translations are made later: %s", error)
        await asyncio.sleep(BETWEEN_BATCHES if done else LOOK_SECONDS)
