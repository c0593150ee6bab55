"""Work behind the requests, which must go on for as long as the process does, whatever fails for one tenant."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from wirematch.errors import TenantGoneError, WirematchError

PAUSE_SECONDS = 5.0
"""Pause before work that failed is begun anew."""

log = logging.getLogger(__name__)


def in_background(
    name: str, work: Callable[[], Coroutine[Any, Any, None]], pause: float = PAUSE_SECONDS
) -> asyncio.Task[None]:
    """Start ``work`` as a task that ends when the work ends or is cancelled, and not by an error.

    What is expected to fail, the work handles itself. An error that reaches this is a defect: nobody awaits the task,
    so without a log line and a new beginning it would end unnoticed, and with it, say, the removal of expired articles.
    """
    return asyncio.create_task(_keep_going(name, work, pause), name=name)


async def _keep_going(name: str, work: Callable[[], Coroutine[Any, Any, None]], pause: float) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed in the background and is restarted", name)
            await asyncio.sleep(pause)
        else:
            return


class TenantFaults:
    """What failed in a loop over tenants, each fault told once for as long as it stays the same."""

    def __init__(self, work: str) -> None:
        """``work`` says in the log what the loop does."""
        self._work = work
        self._told: dict[str | None, str] = {}

    @contextlib.contextmanager
    def apart(self, tenant: str | None) -> Iterator[None]:
        """Log an error of the block, which is work for ``tenant``, or for no tenant, and go on behind the block.

        Any error: whatever is wrong with what is stored of one tenant must not keep the others from being served. That
        a tenant was deleted meanwhile is none.
        """
        try:
            yield
        except TenantGoneError:
            self._told.pop(tenant, None)
        except Exception as error:  # noqa: BLE001 - see above
            self._tell(tenant, error)
        else:
            self._told.pop(tenant, None)

    def _tell(self, tenant: str | None, error: Exception) -> None:
        fault = f"{type(error).__name__}: {error}"
        if self._told.get(tenant) == fault:
            return
        self._told[tenant] = fault
        whom = "articles of no tenant" if tenant is None else f"the tenant {tenant!r}"
        defect = None if isinstance(error, WirematchError) else error
        log.warning(
            "%s failed for %s and is tried again; the others go on: %s", self._work, whom, error, exc_info=defect
        )
