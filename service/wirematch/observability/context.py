"""What is known of the request that is being worked on, for its log lines."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""The ``X-Request-Id`` of its answer."""


@dataclass(slots=True)
class RequestNotes:
    """What is found out of a request while it is worked on."""

    decisions: Counter[str] = field(default_factory=Counter)
    """Of its articles."""


notes: ContextVar[RequestNotes | None] = ContextVar("notes", default=None)
"""Those of the present request."""
