"""A ledger of the responses that clients received, and so of what must be stored in the end."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

Content = str | None
"""The text stored under an id; None if there is none."""


@dataclass
class Entry:
    """One id, which only one client at a time changes."""

    told: Content = None
    """By the last successful response."""
    may_be: set[Content] = field(default_factory=set)
    """What later, unanswered requests asked for."""
    clustered: bool = False
    """Whether the last response had a decision, and so a place in a cluster."""


class Ledger:
    """The ledger of all clients."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.once: dict[str, str | None] = {}
        """Text of each request with an idempotency key -> the id in the response."""
        self.acknowledged = 0
        self.unanswered = 0
        self.refused: dict[int, int] = {}
        """Problems by status, of responses and of lines of a stream."""
        self.without_retry_after: set[str] = set()
        """Requests that were answered 503 without the time to come back."""
        self.longest = 0.0
        """Seconds of the slowest response."""
        self.pickups: set[str] = set()
        """Articles that a webhook receiver must be told of."""
        self._lock = threading.Lock()

    def asked(self, article_id: str, content: Content) -> None:
        """Record a request before it is sent."""
        with self._lock:
            self.entries.setdefault(article_id, Entry()).may_be.add(content)

    def done(self, article_id: str, content: Content, *, clustered: bool = False) -> None:
        """Record a successful response."""
        with self._lock:
            self.acknowledged += 1
            self.entries[article_id] = Entry(content, set(), clustered)

    def nothing_done(self, article_id: str, content: Content) -> None:
        """Record a response that nothing was changed."""
        with self._lock:
            self.entries[article_id].may_be.discard(content)

    def note(self, status: int | None, seconds: float = 0.0) -> None:
        """Count the status of a response, which took so long."""
        with self._lock:
            self.longest = max(self.longest, seconds)
            if status is None:
                self.unanswered += 1
            elif status >= 400:
                self.refused[status] = self.refused.get(status, 0) + 1

    def answered_once(self, text: str, article_id: str | None) -> None:
        """Record the response to a request with a key; the first one stands."""
        with self._lock:
            self.once[text] = article_id
            if article_id is not None:
                self.acknowledged += 1

    def picked_up(self, article_id: str) -> None:
        """Record that an article was stored that a receiver must be told of."""
        with self._lock:
            self.pickups.add(article_id)
