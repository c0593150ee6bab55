"""Who removed what, and who changed keys: a line of JSON for each, never with a text or a secret in it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from wirematch.index.embedded.private_files import open_log

log = logging.getLogger(__name__)


class Action(StrEnum):
    """What was done."""

    DELETE = "delete"
    WITHDRAW = "withdraw"
    CREATE_KEY = "create-key"
    ROTATE_KEY = "rotate-key"
    REVOKE_KEY = "revoke-key"
    CREATE_TENANT = "create-tenant"
    CHANGE_TENANT = "change-tenant"
    DELETE_TENANT = "delete-tenant"


class AuditLog(Protocol):
    """Where it is written."""

    def record(self, action: Action, subject: str, *, by: str | None, request_id: str | None = None) -> None:
        """Note that ``by``, the name of a key, or None for this machine, did ``action`` to the id ``subject``."""


class NoAuditLog:
    """Where none is kept."""

    def record(self, action: Action, subject: str, *, by: str | None, request_id: str | None = None) -> None:
        """See AuditLog."""


class FileAuditLog:
    """Lines in a file of its user's own, to which several processes may append at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, action: Action, subject: str, *, by: str | None, request_id: str | None = None) -> None:
        """See AuditLog. What was done is done, so a file that cannot be written is logged and no error."""
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
                file.write(line)  # in one piece: it is flushed when the file is closed, and is shorter than its buffer
        except OSError as error:
            log.error("the audit log misses %s: %s", line.decode().strip(), error)  # noqa: TRY400


def audit_log(path: Path | None) -> AuditLog:
    """The log in ``path``, or none."""
    return NoAuditLog() if path is None else FileAuditLog(path)
