"""Work for one tenant after the other, in which a fault of one does not stop what is done for the others."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from wirematch.errors import TenantGoneError, WirematchError

log = logging.getLogger(__name__)


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
