"""The same command after its run has finished, on an index that keeps what the run stored."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.dedupe_runs import ended
from support.forked_command import run_command

ROWS = [
    {"id": "quay", "body": "The harbour board closed the old timber quay on Monday after an inspection, it said."},
    {"id": "orchard", "body": "Growers in the Averland valley lost a third of their apples to a late frost in May."},
    {"body": "A baker in Quillern has won the prize for the best rye loaf for the third year in a row."},
]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "today.ndjson"
    path.write_bytes(LINES)
    return path


@pytest.fixture
def shared(tmp_path: Path) -> list[object]:
    return ["-o", tmp_path / "new.ndjson", "--data-dir", tmp_path / "seen"]


@pytest.mark.parametrize("piped", [False, True])
def test_it_leaves_the_output_as_it_is(tmp_path, given, shared, piped):
    """Whoever repeats a command that had finished must not lose its output to copies of itself."""
    inputs, stdin = ("-", LINES) if piped else (given, b"")
    output = tmp_path / "new.ndjson"
    assert ended(inputs, *shared, stdin=stdin)[0] == 0
    assert output.read_bytes() == LINES

    status, _, said = ended(inputs, *shared, stdin=stdin)

    assert (status, output.read_bytes()) == (0, LINES)
    assert b"This run has finished" in said
    assert not output.with_name("new.ndjson.part").exists()


@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("edit", [lambda lines: lines.replace(b"quay", b"pier"), lambda lines: lines + b"{}\n"])
def test_an_output_that_was_edited_is_neither_taken_for_its_own_nor_replaced(tmp_path, given, shared, piped, edit):
    inputs, stdin = ("-", LINES) if piped else (given, b"")
    output = tmp_path / "new.ndjson"
    assert ended(inputs, *shared, stdin=stdin)[0] == 0
    output.write_bytes(edit(LINES))

    status, _, said = ended(inputs, *shared, stdin=stdin)

    assert (status, output.read_bytes()) == (2, edit(LINES))
    assert b"new.ndjson was changed since" in said
    assert not output.with_name("new.ndjson.part").exists()


def test_other_rows_under_the_same_name_are_a_new_run(tmp_path, given, shared):
    assert ended(given, *shared)[0] == 0
    tomorrow = json.dumps({"id": "well", "body": "A well in Norwick that had been dry since spring has filled again."})
    given.write_bytes(LINES + tomorrow.encode() + b"\n")

    assert ended(given, *shared)[0] == 0
    assert (tmp_path / "new.ndjson").read_text() == tomorrow + "\n"


@pytest.mark.parametrize("changed", ["restart", "output"])
def test_it_runs_again_if_it_is_asked_to_or_has_no_output(tmp_path, given, shared, changed):
    assert ended(given, *shared)[0] == 0
    if changed == "output":
        (tmp_path / "new.ndjson").unlink()

    assert ended(given, *shared, *(["--restart"] if changed == "restart" else []))[0] == 0
    assert (tmp_path / "new.ndjson").read_bytes() == b""


def test_it_leaves_nothing_behind_with_an_index_of_its_own(tmp_path, given):
    output = tmp_path / "new.ndjson"
    for _ in range(2):
        assert ended(given, "-o", output)[0] == 0
        assert output.read_bytes() == LINES
    assert {path.name for path in tmp_path.iterdir()} == {"today.ndjson", "new.ndjson"}


def test_an_output_in_a_folder_that_does_not_exist_is_refused(tmp_path, given):
    status, _, said = ended(given, "-o", tmp_path / "mistyped" / "new.ndjson")

    assert status == 2
    assert b"there is no folder" in said
    assert not (tmp_path / "mistyped").exists()


def test_what_finished_runs_keep_is_no_input(tmp_path):
    """Their outputs may be in a folder that is read."""
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "today.ndjson").write_bytes(LINES)
    assert ended(feeds / "today.ndjson", "-o", feeds / "new.ndjson", "--data-dir", tmp_path / "seen")[0] == 0
    own = feeds / "desk.wirematch"  # somebody's folder
    own.mkdir()
    (own / "well.ndjson").write_text(json.dumps({"id": "well", "body": "A well in Norwick has filled again."}) + "\n")

    status, _, said = ended(feeds, "-o", tmp_path / "all.ndjson")

    assert status == 0
    assert said.startswith(b"7 read, 4 written, 3 dropped (duplicate 3); ")


def test_another_index_in_the_same_place_is_not_the_one_of_the_finished_run(tmp_path, given, shared):
    """It has none of the rows, and whoever asks for them there would miss them."""
    assert ended(given, *shared)[0] == 0
    done = run_command(["dedupe", given, *shared], {**os.environ, "WIREMATCH_INDEX": "second"})

    assert done.stderr.startswith(b"3 read, 3 written")
    assert (tmp_path / "new.ndjson").read_bytes() == LINES
