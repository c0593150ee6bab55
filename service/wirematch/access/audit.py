"""The audit log of removals and key changes: one line of JSON each, never with a text or a secret."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from wirematch.index.embedded.private_files import open_log

log = logging.getLogger(__name__)


class Action(StrEnum):
    """Audited actions."""

    DELETE = "delete"
    WITHDRAW = "withdraw"
    CREATE_KEY = "create-key"
    ROTATE_KEY = "rotate-key"
    REVOKE_KEY = "revoke-key"
    CREATE_TENANT = "create-tenant"
    CHANGE_TENANT = "change-tenant"
    DELETE_TENANT = "delete-tenant"


class AuditLog:
    """A log file, readable by its owner only, to which several processes may append at once."""

    def __init__(self, path: Path | None) -> None:
        """Without a path, everything is dropped."""
        self._path = path

    def record(self, action: Action, subject: str, *, by: str | None, request_id: str | None = None) -> None:
        """Record that ``by`` did ``action`` to ``subject``, an id.

        ``by`` is the name of the key that was used; None for a command on this machine. The action has already
        happened, so a write error is logged but not raised.
        """
        if self._path is None:
            return
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "action": action.value,
            "subject": subject,
            "by": by,
            "request_id": request_id,
        }
        line = f"{json.dumps({name: value for name, value in entry.items() if value is not None})}\n".encode()
        try:
            with open_log(self._path) as file:
                file.write(line)  # one write: flushed on closing, and shorter than the buffer
        except OSError as error:
            log.error("the audit log misses %s: %s", line.decode().strip(), error)  # noqa: TRY400
