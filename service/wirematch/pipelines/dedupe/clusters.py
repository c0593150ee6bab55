"""Which records belong together, and which of each group came first; on disk, whatever their number."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    number INTEGER PRIMARY KEY, -- place in the inputs; negative for an article that was stored before the run
    id TEXT UNIQUE,             -- NULL where an earlier record has it
    at REAL,                    -- time of publication in seconds, NULL where it has none
    family INTEGER NOT NULL,    -- the smallest number in its group
    note BLOB
);
CREATE INDEX IF NOT EXISTS by_family ON record (family);
"""
_FIRST = """
SELECT number, note FROM (
    SELECT number, note, ROW_NUMBER() OVER (
        PARTITION BY family ORDER BY CASE WHEN untimed THEN NULL ELSE at END, number
    ) AS place
    FROM (SELECT *, SUM(at IS NULL) OVER (PARTITION BY family) AS untimed FROM record WHERE family >= 0)
) WHERE place = 1 ORDER BY number
"""


class RowClusters:
    """Grows record by record; telling it the same again changes nothing, as an interrupted run may do."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        self._database.executescript(_SCHEMA)

    def add(
        self, number: int, record_id: str, published_at: datetime | None, related: Collection[str], note: bytes | None
    ) -> None:
        """A record, and the ids of those that it belongs with."""
        families = {self._family(other) for other in related if other != record_id}
        at = published_at.timestamp() if published_at else None
        known = self._one("SELECT number, family FROM record WHERE id = ?", record_id)
        if known is not None and known[0] != number:  # another record under the same id is the same story
            families.add(known[1])
        elif known is None and record_id in related:  # it is itself what was stored before the run
            known = (-1, self._family(record_id))
            families.add(known[1])
        family = min({number, *families})
        self._database.execute("DELETE FROM record WHERE number = ?", (number,))
        own_id = record_id if known is None or known[0] == number else None
        self._database.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?)", (number, own_id, at, family, note))
        for joined in families - {family}:
            self._database.execute("UPDATE record SET family = ? WHERE family = ?", (family, joined))

    def save(self) -> None:
        """Keep what was told so far."""
        self._database.commit()

    def first(self) -> Iterator[tuple[int, bytes | None]]:
        """Number and note of the earliest record of each group, in the order of the inputs.

        The earliest is the one published first where all of a group have a time, else the one that came first. Of a
        group with an article that was stored before, none is.
        """
        yield from self._database.execute(_FIRST)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _family(self, article_id: str) -> int:
        known = self._one("SELECT family FROM record WHERE id = ?", article_id)
        if known is not None:
            return known[0]
        [lowest] = self._one("SELECT COALESCE(MIN(number), 0) FROM record") or (0,)
        number = min(lowest, 0) - 1
        self._database.execute("INSERT INTO record VALUES (?, ?, NULL, ?, NULL)", (number, article_id, number))
        return number

    def _one(self, query: str, *values: object) -> tuple[int, ...] | None:
        found: tuple[int, ...] | None = self._database.execute(query, values).fetchone()
        return found
