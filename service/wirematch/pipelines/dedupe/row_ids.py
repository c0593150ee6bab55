"""The ids of a run's rows, noted before they are stored in an index that others use, so that they can be removed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from wirematch.models import Article
from wirematch.pipelines.input_rows import InputRow

IDS_FILE = "ids.ndjson"
AT_ONCE = 256


class RowIds:
    """A file with number and id of every row that a run may have stored; a row may be in it more than once."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is that of the run."""
        self._path = folder / IDS_FILE

    @property
    def exist(self) -> bool:
        """Whether any were noted."""
        return self._path.exists()

    def note(self, rows: Sequence[InputRow]) -> None:
        """Append rows, and flush them to disk. Raises OSError."""
        lines = "".join(json.dumps([row.number, row.article.id]) + "\n" for row in rows)
        with self._path.open("ab") as file:
            file.write(b"\n" + lines.encode())  # the last line may have been cut off, with its process
            file.flush()
            os.fsync(file.fileno())

    def rows(self) -> Iterator[list[InputRow]]:
        """Yield rows in batches, with their numbers and ids alone."""
        with self._path.open("rb") as lines:
            rows = map(_row, filter(_is_whole, lines))
            while batch := list(islice(rows, AT_ONCE)):
                yield batch


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"]\n")


def _row(line: bytes) -> InputRow:
    number, article_id = json.loads(line)
    return InputRow(number, "", b"", Article(id=article_id, body="-"))
