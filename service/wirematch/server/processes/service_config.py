"""The server's configuration, with which a worker that cannot make its application says so in one line."""

from __future__ import annotations

import logging
import sys

from uvicorn.config import STARTUP_FAILURE, Config

from wirematch.errors import WirematchError
from wirematch.server.processes.lifecycle import is_worker

log = logging.getLogger("uvicorn.error")

NEVER_STARTS = 4
"""Exit status of a worker that would fail in the same way whenever it is started."""


class ServiceConfig(Config):
    """Uvicorn's configuration. In the process that the user started, errors are raised: the command prints them."""

    def load(self) -> None:
        """See Config. A worker ends, with ``NEVER_STARTS`` or, where another start may succeed, ``STARTUP_FAILURE``."""
        if not is_worker():
            super().load()
            return
        try:
            super().load()
        except WirematchError as error:
            log.error("The service cannot start: %s", error)  # noqa: TRY400 - where it was raised says no more
            sys.exit(NEVER_STARTS)
        except SystemExit:  # uvicorn has said why
            sys.exit(STARTUP_FAILURE)
        except Exception:
            log.exception("The service cannot start")
            sys.exit(STARTUP_FAILURE)
