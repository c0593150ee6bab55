"""The checkpoint of a dedupe run, in a folder beside its output: a run killed at any moment can be resumed from it.

Beside it are the ids of rows stored in an index that others use, so that they can be removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, Self

from pydantic import BaseModel, Field, ValidationError

from wirematch.errors import InvalidSettingError
from wirematch.models import Article
from wirematch.pipelines.input_rows import InputRow

IDS_FILE = "ids.ndjson"
AT_ONCE = 256


CHECKPOINT_FILE, CLUSTERS_FILE, INDEX_FOLDER = "checkpoint.json", "clusters.sqlite", "index"
FINISHED_FILE = "finished.json"
"""Of a finished run, where others use its index."""
LOCK_FILE = "lock"
"""Exists in the folder of every run, from its beginning."""
OWN_FILES = (CHECKPOINT_FILE, CLUSTERS_FILE, IDS_FILE)
"""With which the names of the run's files begin."""
SUFFIX = ".wirematch"
TEMPORARY_PREFIX = "wirematch-dedupe-"
"""With which the names of temporary folders begin."""


OTHER_RELEASE = (
    "The interrupted run was started by another release, and cannot be resumed by this one. Resume it with that "
    "release, or give --restart to start over."
)


class RunCounts(BaseModel):
    """What happened to the rows so far."""

    read: int = 0
    written: int = 0
    dropped: Counter[str] = Field(default_factory=Counter)
    """Rows by the decision that dropped them."""
    bad: int = 0
    lost: int = 0
    """Those bad rows that stand for a part of the input that could not be read."""
    left_out: Counter[str] = Field(default_factory=Counter)
    """Rows by the article field that was invalid and therefore left out."""


class RunState(BaseModel):
    """The content of a checkpoint: all that is needed to resume."""

    run: str
    """A unique name."""
    asked: dict[str, Any]
    """The options and inputs of the run; it is resumed only with the same."""
    tenant: str | None = ""
    """Of the key with which a service is asked; None for no tenant, empty if it is not known."""
    items: int = 0
    """Input items processed: their rows are stored and written."""
    digest: str = ""
    """Of the content of these items, in hexadecimal; a run is resumed only if they are still the same."""
    begun: int = 0
    """Inputs with processed items; a run is resumed only if these are still the first."""
    output_bytes: int = 0
    output_digest: str = ""
    """Of the whole output, in hexadecimal, once it is complete and about to get its name."""
    rejects_bytes: int = 0
    decided: bool = False
    """Whether all items were processed; with ``--keep-first``, they have yet to be written."""
    discarded: bool = False
    """Whether removing what it stored was begun; such a run cannot be resumed."""
    counts: RunCounts = Field(default_factory=RunCounts)


def digest_of_file(file: Path) -> str:
    """Return the digest of a file's content, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "blake2b").hexdigest()


def is_of_run(folder: Path) -> bool:
    """Whether a folder is that of a run, which goes on, can be resumed or has finished."""
    return folder.name.endswith(SUFFIX) and any((folder / name).exists() for name in (LOCK_FILE, FINISHED_FILE))


def _same(name: str, state: RunState, asked: dict[str, Any]) -> bool:
    """Whether an option is unchanged. Inputs not yet begun may have appeared or disappeared."""
    before, now = state.asked.get(name), asked.get(name)
    if name == "inputs" and isinstance(before, list) and isinstance(now, list) and not state.decided:
        return before[: state.begun] == now[: state.begun]
    return bool(before == now)


class RunFolder:
    """The folder of one run, locked by one process; a temporary folder if there is no output file."""

    def __init__(self, output: Path | None) -> None:
        self.resumable = output is not None
        """Whether another process can resume the run from this folder."""
        if output is None:
            self.path = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX))
        else:
            self.path = output.with_name(output.name + SUFFIX)
        self._lock: IO[bytes] | None = None
        self._cleared = False

    def __enter__(self) -> Self:
        """Create and lock the folder.

        Raises InvalidSettingError if another process holds it or it cannot be created.
        """
        try:
            self.path.mkdir(exist_ok=True)
            if any(self.path.iterdir()) and not is_of_run(self.path):
                raise InvalidSettingError(
                    f"{self.path} exists, but belongs to no run; give another output, or move it."
                )
            self._lock = (self.path / LOCK_FILE).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InvalidSettingError(f"Another process is writing this output; it works in {self.path}.") from error
        except OSError as error:
            raise InvalidSettingError(f"{self.path} cannot be used: {error.strerror}.") from error
        return self

    def __exit__(self, *_: object) -> None:
        # A folder that was cleared may be that of another process by now.
        if not self._cleared and (not self.resumable or not self.begun):
            self.clear()
        if self._lock is not None:
            self._lock.close()

    def interrupted(self) -> RunState | None:
        """Return the state of the interrupted run; None if there is none, or its checkpoint is damaged."""
        try:
            return RunState.model_validate_json((self.path / CHECKPOINT_FILE).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def begin(self, asked: dict[str, Any]) -> tuple[RunState, bool]:
        """Return the state to begin with, and whether it is that of an interrupted run.

        ``asked`` has the options and inputs as JSON. Raises InvalidSettingError if those of the interrupted run were
        different.
        """
        path = self.path / CHECKPOINT_FILE
        asked = json.loads(json.dumps(asked))
        try:
            state = RunState.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return RunState(run=uuid.uuid4().hex, asked=asked), False
        except ValidationError as error:
            raise InvalidSettingError(f"{path} is damaged; --restart starts over.") from error
        if state.discarded:
            raise InvalidSettingError(
                "Removing what the interrupted run stored was begun and not finished, so that it cannot be resumed; "
                "repeat the command with --restart."
            )
        if state.items and not state.digest:
            raise InvalidSettingError(OTHER_RELEASE)
        different = [name for name in {**state.asked, **asked} if not _same(name, state, asked)]
        if different:
            raise InvalidSettingError(
                f"The interrupted run had other {' and '.join(sorted(different))}; repeat its command to resume "
                "it, or give --restart to start over."
            )
        return state.model_copy(update={"asked": asked}), True

    def save(self, state: RunState) -> None:
        """Write the checkpoint atomically, and flush it to disk."""
        new = self.path / (CHECKPOINT_FILE + ".new")
        with open(new, "wb", opener=_for_the_user_alone) as file:
            file.write(state.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path / CHECKPOINT_FILE)

    @property
    def begun(self) -> bool:
        """Whether the folder has a run that was begun and not completed."""
        return (self.path / CHECKPOINT_FILE).exists()

    def clear(self) -> None:
        """Remove the folder after the run is complete.

        Files that are not the run's stay, and so does the folder then.
        """
        self._cleared = True
        self.empty()
        with suppress(OSError):
            (self.path / LOCK_FILE).unlink(missing_ok=True)
            self.path.rmdir()

    def empty(self) -> None:
        """Delete the run's own files."""
        shutil.rmtree(self.path / INDEX_FOLDER, ignore_errors=True)
        for path in (found for name in OWN_FILES for found in self.path.glob(f"{name}*")):
            with suppress(OSError):
                path.unlink(missing_ok=True)


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


def _for_the_user_alone(path: str, flags: int) -> int:
    """Open a file that names an index with its password."""
    return os.open(path, flags, 0o600)


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"]\n")


def _row(line: bytes) -> InputRow:
    number, article_id = json.loads(line)
    return InputRow(number, "", b"", Article(id=article_id, body="-"))
