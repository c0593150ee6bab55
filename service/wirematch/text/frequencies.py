"""How common English words are in news: in how many stories each stem stands, by a table that ships.

``python -m bench train`` counts them. Of several parts of the program that ask, this is the lowest.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

FREQUENCIES_FILE = "english_frequencies.tsv"


class StoryCounts(NamedTuple):
    """Of a number of stories, in how many each stem stands."""

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
    """The table that ships."""
    return StoryCounts.from_tsv((files("wirematch.text") / FREQUENCIES_FILE).read_text(encoding="utf-8"))
