from __future__ import annotations

import pytest

from wirematch.errors import InvalidSettingError
from wirematch.pipelines.dedupe.checkpoint import RunFolder

FILES = ["a", "b", "c"]


def interrupted(folder: RunFolder, *, begun: int, decided: bool = False) -> None:
    """Save the state of a run that has processed items of so many inputs."""
    state, _ = folder.begin({"inputs": FILES, "drop": "duplicate"})
    folder.save(state.model_copy(update={"begun": begun, "items": 7, "digest": "ab", "decided": decided}))


@pytest.mark.parametrize(
    "now",
    [
        FILES,
        ["a", "b", "another"],
        FILES[:2],  # removed
        [*FILES, "d"],
    ],
)
def test_a_run_goes_on_when_what_it_had_begun_is_unchanged(tmp_path, now):
    with RunFolder(tmp_path / "out.ndjson") as folder:
        interrupted(folder, begun=2)
        state, resumed = folder.begin({"inputs": now, "drop": "duplicate"})

        assert (resumed, state.items) == (True, 7)
        assert state.asked["inputs"] == now


@pytest.mark.parametrize("now", [["z", *FILES[1:]], ["a", "z", "c"], FILES[1:], FILES[:1]])
def test_a_run_refuses_when_what_it_had_begun_is_not(tmp_path, now):
    with RunFolder(tmp_path / "out.ndjson") as folder:
        interrupted(folder, begun=2)

        with pytest.raises(InvalidSettingError, match="other inputs"):
            folder.begin({"inputs": now, "drop": "duplicate"})


def test_all_inputs_must_be_the_same_once_they_were_read(tmp_path):
    with RunFolder(tmp_path / "out.ndjson") as folder:
        interrupted(folder, begun=3, decided=True)

        with pytest.raises(InvalidSettingError, match="other inputs"):
            folder.begin({"inputs": [*FILES, "d"], "drop": "duplicate"})


def test_other_options_are_refused_as_ever(tmp_path):
    with RunFolder(tmp_path / "out.ndjson") as folder:
        interrupted(folder, begun=0)

        with pytest.raises(InvalidSettingError, match="other drop"):
            folder.begin({"inputs": FILES, "drop": "rewrite"})


def test_a_run_of_an_earlier_release_is_refused_as_that(tmp_path):
    """It did not note what it had read, and named its inputs otherwise."""
    with RunFolder(tmp_path / "out.ndjson") as folder:
        state, _ = folder.begin({"inputs": [["a", 12, 1], ["b", 7, 1]], "drop": "duplicate"})
        folder.save(state.model_copy(update={"begun": 1, "items": 7}))

        with pytest.raises(InvalidSettingError, match="by another release"):
            folder.begin({"inputs": FILES, "drop": "duplicate"})


def test_nobody_else_can_read_a_checkpoint_which_has_the_password_of_its_index(tmp_path):
    with RunFolder(tmp_path / "out.ndjson") as folder:
        interrupted(folder, begun=2)

        assert {path.stat().st_mode & 0o077 for path in folder.path.glob("checkpoint*")} == {0}
