"""What clients were told, and with that what must be there in the end."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

Content = str | None
"""The text that is stored under an id; None for nothing."""


@dataclass
class Entry:
    """One id, which one client at a time changes."""

    told: Content = None
    """By the last answer that said it was done."""
    may_be: set[Content] = field(default_factory=set)
    """What later requests asked for that nobody answered."""
    clustered: bool = False
    """Whether the last answer came with a decision, and so with a place in a cluster."""


class Ledger:
    """Of all clients."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.once: dict[str, str | None] = {}
        """Text of each request with an idempotency key -> the id that was answered."""
        self.acknowledged = 0
        self.unanswered = 0
        self.refused: dict[int, int] = {}
        self.pickups: set[str] = set()
        """Articles of which a receiver must be told."""
        self._lock = threading.Lock()

    def asked(self, article_id: str, content: Content) -> None:
        """Before a request is sent."""
        with self._lock:
            self.entries.setdefault(article_id, Entry()).may_be.add(content)

    def done(self, article_id: str, content: Content, *, clustered: bool = False) -> None:
        """It was answered."""
        with self._lock:
            self.acknowledged += 1
            self.entries[article_id] = Entry(content, set(), clustered)

    def nothing_done(self, article_id: str, content: Content) -> None:
        """It was answered that nothing changed."""
        with self._lock:
            self.entries[article_id].may_be.discard(content)

    def note(self, status: int | None) -> None:
        """How a request ended."""
        with self._lock:
            if status is None:
                self.unanswered += 1
            elif status >= 400:
                self.refused[status] = self.refused.get(status, 0) + 1

    def answered_once(self, text: str, article_id: str | None) -> None:
        """A request with a key; the first answer stands."""
        with self._lock:
            self.once[text] = article_id
            if article_id is not None:
                self.acknowledged += 1

    def picked_up(self, article_id: str) -> None:
        """An article was stored that a receiver must be told of."""
        with self._lock:
            self.pickups.add(article_id)
