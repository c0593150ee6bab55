"""Log formatting, for people or as JSON; each line has the id of its request."""

from __future__ import annotations

import json
import logging
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The ``X-Request-Id`` of the response."""


@dataclass(slots=True)
class RequestNotes:
    """What becomes known about a request while it is processed."""

    decisions: Counter[str] = field(default_factory=Counter)
    """Decisions on its articles."""


notes: ContextVar[RequestNotes | None] = ContextVar("notes", default=None)
"""The notes of the current request."""


ACCESS = "wirematch.access_log"
"""Name of the logger that writes a line for each request."""
FIELDS = "fields"
"""Attribute of a log record with the event's own fields."""


class LogFormat(StrEnum):
    """How log lines are written."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """Minimum level of log lines."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class JsonFormatter(logging.Formatter):
    """Formats each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """``event`` is the message template, the same for all lines of a kind; ``message`` is the formatted message."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": str(record.msg),
            "message": record.getMessage(),
        }
        if (about := request_id.get()) != "-":
            line["request_id"] = about
        line |= getattr(record, FIELDS, {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class ConsoleFormatter(logging.Formatter):
    """Formats records for people: time, level, message, and fields as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, followed by the traceback if there is one."""
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        members = dict(getattr(record, FIELDS, {}))
        if (about := request_id.get()) != "-":
            members["request_id"] = about
        said = " ".join(f"{name}={value}" for name, value in members.items() if value is not None)
        line = f"{at} {record.levelname:<7} {record.getMessage()}" + (f"  {said}" if said else "")
        # Parts of a message come from clients, who must not be able to start a new line.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {
    LogFormat.CONSOLE: ConsoleFormatter,
    LogFormat.JSON: JsonFormatter,
}


def configuration(format_: LogFormat, level: LogLevel, *, access: bool = True) -> dict[str, Any]:
    """Return a configuration for ``logging.config.dictConfig``, which uvicorn passes to each of its processes."""
    formatter = FORMATTERS[format_]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{formatter.__module__}.{formatter.__qualname__}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": level.value.upper()},
        "loggers": {
            "uvicorn.access": {"handlers": [], "propagate": False},
            ACCESS: {"level": "NOTSET" if access else "CRITICAL"},
        },
    }
