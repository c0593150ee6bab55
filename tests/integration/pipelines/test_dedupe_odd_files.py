"""Damaged files, and files that are not regular, as inputs and outputs of ``wirematch dedupe``."""

from __future__ import annotations

import gzip
import json
import os
import random
import stat
import threading
from pathlib import Path

import pytest

from support.dedupe_runs import ended, read
from support.piped_command import PipedCommand
from support.waiting import PATIENCE_SECONDS
from wirematch.pipelines.dedupe.run import DedupeRun

pytestmark = pytest.mark.slow

TEXT = (
    "The lighthouse at Kelder Point went dark for a night, and the fishermen of Little Ansty hung lanterns from the "
    "breakwater until the keeper came back from the mainland with a new lamp."
)


def unlike_others(draw: random.Random) -> str:
    return " ".join("".join(draw.choices("abdefgiklmnoprstu", k=7)) for _ in range(25)) + "."


def test_a_damaged_file_stops_nothing_and_is_told(write, tmp_path, dedupe):
    good = write([{"id": "a", "body": TEXT}], "a.ndjson")
    packed = gzip.compress(
        "".join(json.dumps({"id": f"b{n}", "body": f"{TEXT} {n}"}) + "\n" for n in range(200)).encode()
    )
    (tmp_path / "b.ndjson.gz").write_bytes(packed[: len(packed) // 2])
    last = write([{"id": "c", "body": TEXT + " And more."}], "c.ndjson")
    done = dedupe(good, tmp_path / "b.ndjson.gz", last, "--annotate")

    assert done.status == 1
    assert done.ids[0] == "a"
    assert done.ids[-1] == "c"
    assert len(done.ids) > 20
    assert f"b.ndjson.gz:{len(done.ids) - 1}: it ends early" in done.err
    assert "1 bad, 1 of them parts of the input that could not be read" in done.err
    assert "Traceback" not in done.err


def test_an_output_that_is_no_file_is_written_through(write, tmp_path, dedupe):
    source = write([{"id": "a", "body": TEXT}])
    pipe, link, real = tmp_path / "pipe", tmp_path / "link.ndjson", tmp_path / "real.ndjson"
    os.mkfifo(pipe)
    real.write_text("")
    link.symlink_to(real)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()

    assert dedupe(source, "-o", pipe).status == 0
    reader.join()
    assert json.loads(got[0])["id"] == "a"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert dedupe(source, "-o", link).status == 0
    assert link.is_symlink()
    assert [record["id"] for record in read(real)] == ["a"]
    full = dedupe(source, "-o", "/dev/full")
    assert full.status == 2
    assert "cannot be written" in full.err
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_name_that_is_no_utf_8_ends_nothing(tmp_path, dedupe):
    name = os.fsencode(tmp_path) + b"/bad\xff.ndjson"
    with open(name, "wb") as file:  # noqa: PTH123 - a path cannot be made of bytes
        file.write(json.dumps({"id": "a", "body": TEXT}).encode() + b"\nnot JSON\n")
    done = dedupe(tmp_path, "-o", tmp_path / "out.ndjson", "--rejects", tmp_path / "bad.ndjson")

    assert done.status == 0, done.err
    assert [record["id"] for record in read(tmp_path / "out.ndjson")] == ["a"]
    assert read(tmp_path / "bad.ndjson")[0]["place"].endswith("bad\\xff.ndjson:2")


def test_inputs_of_which_nothing_is_a_record_end_with_status_1(write, dedupe):
    done = dedupe(write([b"no JSON", b"neither"]))

    assert (done.status, done.records) == (1, [])


@pytest.mark.parametrize(
    "rejects", ["in.ndjson", "link.ndjson", "hard.ndjson", "notes.txt", "out.ndjson", "out.ndjson.part"]
)
def test_rejects_overwrite_nothing_that_is_read_or_written(write, tmp_path, dedupe, rejects):
    source = write([{"id": "a", "body": TEXT}, {"id": "b"}], "in.ndjson")
    (tmp_path / "link.ndjson").symlink_to(source)
    (tmp_path / "hard.ndjson").hardlink_to(source)
    (tmp_path / "notes.txt").write_text("mine")
    before = source.read_bytes()

    done = dedupe(source, "-o", tmp_path / "out.ndjson", "--rejects", tmp_path / rejects)

    assert done.status == 2
    assert "--rejects" in done.err
    assert source.read_bytes() == before
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "out.ndjson").exists()


def test_rejects_of_an_earlier_run_are_replaced(write, tmp_path, dedupe):
    source = write([{"id": "a", "body": TEXT}, {"id": "b"}], "in.ndjson")
    for _ in range(2):
        assert dedupe(source, "-o", tmp_path / "out.ndjson", "--rejects", tmp_path / "bad.ndjson").status == 0

    assert len(read(tmp_path / "bad.ndjson")) == 1


@pytest.mark.parametrize("more", [[], ["--restart"]])
@pytest.mark.parametrize(
    "name", ["out.ndjson.part", "out.ndjson.wirematch/mine.txt", "out.ndjson.wirematch/index/mine"]
)
def test_what_stands_where_a_run_would_work_is_refused_and_stays(write, tmp_path, dedupe, name, more):
    source, mine = write([{"id": "a", "body": TEXT}], "in.ndjson"), tmp_path / name
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")

    done = dedupe(source, "-o", tmp_path / "out.ndjson", *more)

    assert done.status == 2
    assert mine.read_text() == "mine"
    assert not (tmp_path / "out.ndjson").exists()


@pytest.mark.parametrize("options", [[], ["--keep-first", "--annotate"]], ids=" ".join)
def test_a_run_that_had_no_room_goes_on(write, tmp_path, redis_url, index_name, monkeypatch, options):
    """The index is elsewhere, so that the output or the clusters meet the limit."""
    draw, room = random.Random(len(options)), 30_000
    source = write([{"id": f"{tmp_path.name}-{n}", "body": unlike_others(draw)} for n in range(400)])
    out = tmp_path / "out.ndjson"
    arguments = (source, "-o", out, "--drop", "duplicate", *options, "--redis-url", redis_url)
    monkeypatch.setenv("WIREMATCH_INDEX", index_name)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # it would be cut off, too
    limited = PipedCommand("dedupe", *arguments, largest_file=room)
    _, said = limited.communicate(timeout=PATIENCE_SECONDS)
    assert limited.returncode == 2, said
    assert b"Traceback" not in said
    assert said.splitlines()[-1].startswith(b"wirematch: ")
    status, _, said = ended(*arguments)
    assert status == 0, said
    again = tmp_path / "again.ndjson"
    assert ended(source, "-o", again, "--drop", "duplicate", *options)[0] == 0

    assert [row["id"] for row in read(out)] == [row["id"] for row in read(again)]


def test_whose_own_index_has_no_room_is_told_where_to_make_some(write, tmp_path):
    """It named Redis, which who gave none knows nothing of."""
    draw, room = random.Random(7), 100_000
    source, out = write([{"id": str(n), "body": unlike_others(draw)} for n in range(400)]), tmp_path / "out.ndjson"
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    limited = PipedCommand("dedupe", source, "-o", out, largest_file=room, env=environment)
    _, said = limited.communicate(timeout=PATIENCE_SECONDS)
    last = said.decode().splitlines()[-1]

    assert limited.returncode == 2, said
    assert last.startswith(
        f"wirematch: There is no room for the run's index, which needs disk space in {out}.wirematch"
    )
    assert last.endswith("Make room, and repeat the command.")
    assert ended(source, "-o", out)[0] == 0


@pytest.mark.parametrize("change", ["front", "shorter"])
def test_keep_first_refuses_an_input_that_changed_between_its_two_readings(
    write, tmp_path, dedupe, monkeypatch, change
):
    rows = [{"id": str(n), "body": f"{TEXT} {n}"} for n in range(9)]
    source, out = write(rows), tmp_path / "out.ndjson"
    second = DedupeRun.write_first

    def changed_before(run: DedupeRun) -> None:
        write(rows[1:] if change == "front" else rows[:4])
        second(run)

    monkeypatch.setattr(DedupeRun, "write_first", changed_before)
    done = dedupe(source, "-o", out, "--keep-first")

    assert done.status == 2
    assert "changed where they had been read already" in done.err
    assert not out.exists()


def test_a_table_in_a_folder_is_a_bad_row_and_not_an_article(tmp_path, dedupe):
    folder = tmp_path / "feeds"
    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(json.dumps({"id": n, "body": f"{TEXT} {n}"}) + "\n" for n in "12"))
    (folder / "b.csv").write_text(f"id,body\n3,{TEXT}\n")
    (folder / "c.mbox").write_text(f"From desk@norwind.example\n\n{TEXT}\n")
    (folder / "d.json").write_text(json.dumps([{"id": "4", "body": "The ferry to Little Ansty sails at noon again."}]))
    done = dedupe(folder, "--annotate")

    assert done.ids == ["1", "2", "4"]
    assert done.status == 1
    assert "b.csv: is a table, which is not supported: write each row as a line of JSON" in done.err
    assert "c.mbox: is a mailbox, which is not supported: write each message" in done.err


def test_a_folder_without_files_is_told_as_such(tmp_path, dedupe):
    (tmp_path / "feeds" / ".hidden").mkdir(parents=True)
    (tmp_path / "feeds" / ".hidden" / "a.jsonl").write_text(json.dumps({"id": "1", "body": TEXT}))
    done = dedupe(tmp_path / "feeds")

    assert done.status == 2
    assert f"There are no files in {tmp_path / 'feeds'}." in done.err
