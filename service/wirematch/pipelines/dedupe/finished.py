"""A finished run is not run again by the same command where others use its index: every row would be a copy of itself.

Whoever repeats a command, such as a scheduler that did not learn of its end, expects the same output. So the state of
the finished run stays in the folder beside its output, and the same input is recognised by its digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wirematch.pipelines.dedupe.checkpoint import FINISHED_FILE, RunState
from wirematch.pipelines.dedupe.items import Item
from wirematch.pipelines.dedupe.run import digest_of

NOT_REPEATED = (
    "This run has finished: {output} is complete and is left as it is. --restart would run it again, in which the rows "
    "that it stored count as copies."
)


class FinishedRun:
    """What a finished run left in ``folder``, if its ``output`` and what was ``asked`` of it are the same."""

    def __init__(self, folder: Path, output: Path | None, asked: dict[str, Any]) -> None:
        self._file = folder / FINISHED_FILE
        self._asked = _without_passwords(asked)
        self.state: RunState | None = None
        try:
            state = RunState.model_validate_json(self._file.read_bytes())
            if state.asked == self._asked and output is not None and output.stat().st_size == state.output_bytes:
                self.state = state
        except (FileNotFoundError, ValidationError):  # none, or of another release
            pass

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

    def note(self, run: RunState, size: int) -> None:
        """Remember a run that has finished with an output of so many bytes."""
        kept = run.model_copy(update={"asked": self._asked, "output_bytes": size})
        self._file.write_text(kept.model_dump_json())

    def forget(self) -> None:
        """Have the next run do everything again."""
        self.state = None
        self._file.unlink(missing_ok=True)


def _without_passwords(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked as JSON has it, without what is secret in a URL: the file stays beside the output."""
    copied: dict[str, Any] = json.loads(json.dumps(asked))
    url, folder, redis_url = copied["index"]
    return copied | {"index": [url and _without_user(url), folder, redis_url and _without_user(redis_url)]}


def _without_user(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
