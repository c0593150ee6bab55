"""How far a run has come, in a folder beside its output, so that it can be killed at any moment and go on."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from typing import IO, Any, Self

from pydantic import BaseModel, Field, ValidationError

from wirematch.errors import InvalidSettingError

NAME = "checkpoint.json"
SUFFIX = ".wirematch"


class RunCounts(BaseModel):
    """What became of the records so far."""

    read: int = 0
    written: int = 0
    dropped: Counter[str] = Field(default_factory=Counter)
    bad: int = 0
    lost: int = 0
    """Of the bad ones, inputs or parts of them that could not be read at all."""
    left_out: Counter[str] = Field(default_factory=Counter)


class RunState(BaseModel):
    """All that is needed to go on."""

    run: str
    asked: dict[str, Any]
    items: int = 0
    """Items of the inputs that are done with: their records are stored and written."""
    begun: int = 0
    """Inputs of which items are done with; these must be the same when the run goes on."""
    output_bytes: int = 0
    rejects_bytes: int = 0
    decided: bool = False
    """Whether all items were read, and only writing is left."""
    counts: RunCounts = Field(default_factory=RunCounts)


def _same(name: str, state: RunState, asked: dict[str, Any]) -> bool:
    """Whether a run was asked for the same; inputs that were not begun may have changed, come or gone."""
    before, now = state.asked.get(name), asked.get(name)
    if name == "inputs" and isinstance(before, list) and isinstance(now, list) and not state.decided:
        return before[: state.begun] == now[: state.begun]
    return bool(before == now)


class Workplace:
    """The folder of one run, used by one process at a time. Without an output file it is a temporary one."""

    def __init__(self, output: Path | None) -> None:
        self.lasting = output is not None
        """Whether somebody may come back to go on."""
        if output is None:
            self.folder = Path(tempfile.mkdtemp(prefix="wirematch-dedupe-"))
        else:
            self.folder = output.with_name(output.name + SUFFIX)
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Self:
        """InvalidSettingError when another process is at it, or the folder cannot be made."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / "lock").open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InvalidSettingError(f"Another process is writing this output; it works in {self.folder}.") from error
        except OSError as error:
            raise InvalidSettingError(f"{self.folder} cannot be used: {error.strerror}.") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            self._lock.close()
        if not self.lasting:
            self.clear()

    def begin(self, asked: dict[str, Any]) -> tuple[RunState, bool]:
        """Where to begin, and whether that is where an interrupted run ended.

        InvalidSettingError when that run was asked for something else.
        """
        path = self.folder / NAME
        asked = json.loads(json.dumps(asked))
        try:
            state = RunState.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return RunState(run=uuid.uuid4().hex, asked=asked), False
        except ValidationError as error:
            raise InvalidSettingError(f"{path} is damaged; --restart begins anew.") from error
        different = [name for name in {**state.asked, **asked} if not _same(name, state, asked)]
        if different:
            raise InvalidSettingError(
                f"A run that was interrupted had other {' and '.join(sorted(different))}; ask for the same again to go "
                "on with it, or give --restart to begin anew."
            )
        return state.model_copy(update={"asked": asked}), True

    def save(self, state: RunState) -> None:
        """Wholly or not at all."""
        new = self.folder / (NAME + ".new")
        with new.open("wb") as file:
            file.write(state.model_dump_json().encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / NAME)

    def clear(self) -> None:
        """Remove the folder: the run is over."""
        shutil.rmtree(self.folder, ignore_errors=True)
