"""A finished run is not run again by the same command where others use its index: every row would be a copy of itself.

Whoever repeats a command, such as a scheduler that did not learn of its end, expects the same output. So the state of
the finished run stays in the folder beside its output, and the same input is recognised by its digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wirematch.errors import InvalidSettingError
from wirematch.pipelines.dedupe.checkpoint import FINISHED_FILE, RunFolder, RunState, digest_of_file
from wirematch.pipelines.dedupe.input_files import printable
from wirematch.pipelines.dedupe.items import Item
from wirematch.pipelines.dedupe.options import OutputFiles
from wirematch.pipelines.dedupe.run import digest_of

NOT_REPEATED = (
    "This run has finished: {output} is complete and is left as it is. --restart would run it again, in which the rows "
    "that it stored count as copies."
)


OUTPUT_CHANGED = (
    "This run has finished, and {output} was changed since, so it is not replaced: the rows that the run stored would "
    "count as copies of themselves, and next to nothing would be left. Name another output, or give --restart if that "
    "is what you want."
)


class FinishedRun:
    """What a finished run left in ``folder``, if what was ``asked`` of it is the same."""

    def __init__(self, folder: Path, output: Path | None, asked: dict[str, Any]) -> None:
        self._file = folder / FINISHED_FILE
        self._output = output
        self._asked = _without_passwords(asked)
        self.state: RunState | None = None
        with suppress(FileNotFoundError, ValidationError):  # none, or of another release
            state = RunState.model_validate_json(self._file.read_bytes())
            if state.asked == self._asked and output is not None and output.exists():
                self.state = state

    def check_output(self) -> None:
        """Raise InvalidSettingError if the output is not as the run left it."""
        assert self.state is not None
        if self._output is None or not is_complete(self._output, self.state):
            raise InvalidSettingError(OUTPUT_CHANGED.format(output=printable(str(self._output))))

    def is_of(self, items: Iterable[Item]) -> bool:
        """Whether it had these items, and no others."""
        read, digest = 0, ""
        for item in items:
            read, digest = read + 1, digest_of(digest, [item])
        return self._had(read, digest)

    def is_like(self, run: RunState) -> bool:
        """Whether another run, which read a stream, had the same items."""
        return self._had(run.items, run.digest)

    def _had(self, items: int, digest: str) -> bool:
        return self.state is not None and 0 < items == self.state.items and digest == self.state.digest

    def note(self, run: RunState) -> None:
        """Remember a run that has finished."""
        self._file.write_text(run.model_copy(update={"asked": self._asked}).model_dump_json())

    def forget(self) -> None:
        """Have the next run do everything again."""
        self.state = None
        self._file.unlink(missing_ok=True)


def is_complete(output: Path, state: RunState) -> bool:
    """Whether a file is the complete output of the run; earlier releases noted only its size."""
    if not output.is_file() or output.stat().st_size != state.output_bytes:
        return False
    return not state.output_digest or digest_of_file(output) == state.output_digest


def has_its_name(files: OutputFiles, state: RunState) -> bool:
    """Whether the output is complete and was renamed, so that nothing is left to do."""
    if files.part is None or files.regular_output is None or files.part.exists():
        return False
    return bool(state.output_digest) and is_complete(files.regular_output, state)


def put_in_place(files: OutputFiles, folder: RunFolder, state: RunState) -> None:
    """Give the complete output its name. Its digest is saved before: whoever resumes must recognise it."""
    if files.part is None or files.regular_output is None:
        return
    state.output_bytes, state.output_digest = files.part.stat().st_size, digest_of_file(files.part)
    folder.save(state)
    files.part.replace(files.regular_output)


def _without_passwords(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked as JSON has it, without what is secret in a URL: the file stays beside the output."""
    copied: dict[str, Any] = json.loads(json.dumps(asked))
    url, folder, redis_url = copied["index"]
    return copied | {"index": [url and _without_user(url), folder, redis_url and _without_user(redis_url)]}


def _without_user(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
