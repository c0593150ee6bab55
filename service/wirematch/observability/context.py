"""Context of the request being processed, for its log lines."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The ``X-Request-Id`` of the response."""


@dataclass(slots=True)
class RequestNotes:
    """What becomes known about a request while it is processed."""

    decisions: Counter[str] = field(default_factory=Counter)
    """Decisions on its articles."""


notes: ContextVar[RequestNotes | None] = ContextVar("notes", default=None)
"""The notes of the current request."""
