"""What starting over does where it cannot know, or has not finished, what it removes."""

from __future__ import annotations

from pathlib import Path

import pytest

from wirematch.errors import InvalidSettingError
from wirematch.models import Article
from wirematch.pipelines.dedupe.checkpoint import CHECKPOINT_FILE, RowIds, RunFolder, RunState
from wirematch.pipelines.dedupe.options import DedupePlan
from wirematch.pipelines.dedupe.restarting import discard
from wirematch.pipelines.input_rows import Fields, InputRow

pytestmark = pytest.mark.anyio
PLAN = DedupePlan(Fields(), "duplicate", keep_first=False, annotate=False)


def test_a_run_of_which_something_was_removed_is_not_resumed(tmp_path: Path):
    """Its later rows would be kept though they are copies of rows that are gone."""
    with RunFolder(tmp_path / "out") as folder:
        state = RunState(run="r", asked={"drop": "duplicate"}, items=7, digest="00")
        folder.save(state)
        assert folder.begin(state.asked)[1]
        folder.save(state.model_copy(update={"discarded": True}))
        with pytest.raises(InvalidSettingError, match="--restart"):
            folder.begin(state.asked)


async def test_what_a_run_stored_is_not_forgotten_with_its_damaged_checkpoint(tmp_path: Path):
    with RunFolder(tmp_path / "out") as folder:
        (folder.path / CHECKPOINT_FILE).write_text("{oops")
        ids = RowIds(folder.path)
        ids.note([InputRow(0, "", b"", Article(id="a", body="Rain fell on the harbour."))])
        with pytest.raises(InvalidSettingError, match="is damaged"):
            await discard(PLAN, folder)

        assert ids.exist
