"""How common English words are in news: the number of stories that contain each stem, from a table that ships.

``python -m bench train`` counts them. The module lies here because this is the lowest layer that uses it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

FREQUENCIES_FILE = "english_frequencies.tsv"


class StoryCounts(NamedTuple):
    """Number of stories counted, and how many of them contain each stem."""

    stories: int
    of_stem: dict[str, int]

    @classmethod
    def from_tsv(cls, table: str) -> StoryCounts:
        """Read ``stem<TAB>count`` lines; the first line is ``#documents<TAB>count``."""
        rows = (line.split("\t") for line in table.splitlines())
        _, stories = next(rows)
        return cls(int(stories), {stem: int(count) for stem, count in rows})


@cache
def english_story_counts() -> StoryCounts:
    """The shipped table."""
    return StoryCounts.from_tsv((files("wirematch.text") / FREQUENCIES_FILE).read_text(encoding="utf-8"))
