"""Clusters of a run's rows, and the first row of each, in a SQLite file, as there may be many."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Generator
from datetime import datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, -- of the row, in the input; negative for an article that was stored before the run
    id TEXT UNIQUE,             -- NULL where an earlier row has it
    published REAL,             -- seconds since 1970, NULL where unknown
    cluster INTEGER NOT NULL,   -- the smallest number in its cluster
    note BLOB
);
CREATE INDEX IF NOT EXISTS by_cluster ON article (cluster);
"""
_FIRST = """
SELECT number, note FROM (
    SELECT number, note, ROW_NUMBER() OVER (
        PARTITION BY cluster ORDER BY CASE WHEN untimed THEN NULL ELSE published END, number
    ) AS place
    FROM (
        SELECT *, SUM(published IS NULL) OVER (PARTITION BY cluster) AS untimed FROM article WHERE cluster >= 0
    )
) WHERE place = 1 ORDER BY number
"""


class RowClusters:
    """Clusters that grow row by row. Adding a row again, as a resumed run may do, changes nothing."""

    def __init__(self, path: Path) -> None:
        """``path`` is created if it does not exist."""
        self._database = sqlite3.connect(path)
        self._database.executescript(_SCHEMA)

    def add(
        self, number: int, article_id: str, published_at: datetime | None, related: Collection[str], note: bytes | None
    ) -> None:
        """Add row ``number`` and merge it with the clusters of all articles whose ids are in ``related``.

        An id that belongs to no row so far is that of an article stored before the run.
        """
        clusters = {self._cluster(other) for other in related if other != article_id}
        published = published_at.timestamp() if published_at else None
        known = self._one("SELECT number, cluster FROM article WHERE id = ?", article_id)
        if known is not None and known[0] != number:  # another row with the same id is the same story
            clusters.add(known[1])
        elif known is None and article_id in related:  # the row itself was stored before the run
            known = (-1, self._cluster(article_id))
            clusters.add(known[1])
        cluster = min({number, *clusters})
        self._database.execute("DELETE FROM article WHERE number = ?", (number,))
        own_id = article_id if known is None or known[0] == number else None
        self._database.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?)", (number, own_id, published, cluster, note))
        for joined in clusters - {cluster}:
            self._database.execute("UPDATE article SET cluster = ? WHERE cluster = ?", (cluster, joined))

    def save(self) -> None:
        """Commit what was added."""
        self._database.commit()

    def first(self) -> Generator[tuple[int, bytes | None]]:
        """Yield number and note of the first row of each cluster, in the order of the input.

        The first row is the one published first if all rows of the cluster have a time, otherwise the first in the
        input. A cluster with an article stored before the run has none.
        """
        yield from self._database.execute(_FIRST)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _cluster(self, article_id: str) -> int:
        """Return the cluster of a known article; one from before the run gets a new one, with a negative number."""
        known = self._one("SELECT cluster FROM article WHERE id = ?", article_id)
        if known is not None:
            return known[0]
        [lowest] = self._one("SELECT COALESCE(MIN(number), 0) FROM article") or (0,)
        number = min(lowest, 0) - 1
        self._database.execute("INSERT INTO article VALUES (?, ?, NULL, ?, NULL)", (number, article_id, number))
        return number

    def _one(self, query: str, *values: object) -> tuple[int, ...] | None:
        found: tuple[int, ...] | None = self._database.execute(query, values).fetchone()
        return found
