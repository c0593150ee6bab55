"""What is complete in a truncated file is known, and writing continues as if it had not been cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wirematch.commands.backup import parts
from wirematch.commands.backup.contents import lines_of, read_contents, read_whole
from wirematch.commands.backup.parts import PartWriter
from wirematch.errors import BackupError, CutBackupError, InvalidSettingError

ABOUT = {"tenant": None, "record": None, "index": "main", "generation": 1, "shards": 2, "sampling": "bottom"}
LINES = [
    {"backup": {"format": 1}},
    {"section": ABOUT},
    *({"article": {"id": f"a{number}", "body": "Rain. " * number}, "place": [0, number]} for number in range(1, 9)),
    {"gone": [3], "shard": 0},
    {"member": ["a1", "a1", 255, 0, "", 5]},
    {"counted": {"article": 8, "member": 1}},
    {"end": "2026-03-03"},
]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(parts, "PART_BYTES", 150)


@pytest.fixture(params=[".zst", ".gz"])
def file(request, tmp_path) -> Path:
    file = tmp_path / f"backup.ndjson{request.param}"
    write(file, LINES)
    return file


def write(file: Path, lines: list, *, behind: bool = False) -> None:
    contents, reader = read_contents(file) if behind else (None, None)
    with PartWriter(file, reader, contents.end if contents else 0) as writer:
        for line in lines:
            writer.write(line)
        writer.end_part()


def test_what_was_written_is_read(file):
    contents = read_whole(file)

    assert list(lines_of(file)) == LINES
    [section] = contents.sections
    assert (section.articles, section.gone, list(section.given[0])) == (7, {(0, 3)}, [*range(1, 9)])
    assert file.stat().st_mode & 0o077 == 0


def test_cut_anywhere_it_is_refused_and_gone_on_with(file, tmp_path):
    whole = file.read_bytes()
    cut = tmp_path / f"cut{file.suffix}"
    read = set()
    for size in range(0, len(whole), 3):
        cut.write_bytes(whole[:size])
        try:
            contents, _ = read_contents(cut)
        except BackupError:  # not even the first part is complete
            continue
        with pytest.raises(CutBackupError, match=r"Its complete parts hold \d articles"):
            read_whole(cut)
        there = list(lines_of_whole_parts(cut))
        read.add(len(there))
        assert there == LINES[: len(there)]
        if contents.end not in read:
            read.add(contents.end)
            write(cut, LINES[len(there) :], behind=True)
            assert list(lines_of(cut)) == LINES
            read_whole(cut)

    assert len(read) > 6


def lines_of_whole_parts(file: Path) -> list:
    reader = parts.PartReader(file)
    found: list = []
    try:
        for part in reader.parts():
            found += map(json.loads, part.lines)
    except parts.BrokenPartError:
        pass
    return found


def test_damage_is_met_wherever_it_is(file):
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            read_whole(file)
        except BackupError:
            continue
        # Some bytes of a gzip header, such as the operating system, have no effect.
        assert list(lines_of(file)) == LINES


def test_parts_of_another_file_do_not_fit(file, tmp_path):
    other = tmp_path / f"other{file.suffix}"
    write(other, [*LINES[:1], {"section": ABOUT}, {"counted": {}}, {"end": "2026"}])
    file.write_bytes(file.read_bytes()[: read_contents(file)[0].end] + other.read_bytes())

    with pytest.raises(CutBackupError, match="is not what was written"):
        read_whole(file)


def test_a_file_of_something_else_and_one_of_a_later_release(tmp_path):
    for name, lines, said in (
        ("a.ndjson.zst", [{"body": "Rain."}], "not a Wirematch backup"),
        ("b.ndjson.gz", [{"backup": {"format": 2}}], "format 2; this release reads 1"),
    ):
        write(tmp_path / name, lines)
        with pytest.raises(BackupError, match=said):
            read_whole(tmp_path / name)
    (tmp_path / "c.zst").write_text("a text")
    with pytest.raises(BackupError, match="not a Wirematch backup"):
        read_whole(tmp_path / "c.zst")
    with pytest.raises(BackupError, match="cannot be read"):
        read_whole(tmp_path / "missing.gz")
    with pytest.raises(InvalidSettingError, match=r"must end in \.ndjson\.zst or"):
        read_whole(tmp_path / "backup.tar")


@pytest.mark.parametrize(
    "lines",
    [
        [1],
        [None],
        ["backup"],
        [[["backup"]]],
        [{"backup": None}],
        [{"backup": "1"}],
        [LINES[0], {"member": []}],
        [LINES[0], {"section": None}],
        *(
            [LINES[0], {"section": ABOUT | wrong}]
            for wrong in ({"shards": -1}, {"shards": 10**12}, {"record": {"name": 1}})
        ),
        *(
            [LINES[0], {"section": {name: ABOUT[name] for name in ABOUT if name != left}}]
            for left in ("tenant", "shards")
        ),
        *(
            [*LINES[:2], line]
            for line in ({"kill": 1}, {"article": {}, "place": [0, -1]}, {"article": {}, "place": [9, 1]})
        ),
    ],
)
def test_lines_that_no_release_writes_are_told_without_words_of_python(tmp_path, lines):
    file = tmp_path / "odd.ndjson.gz"
    write(file, [*lines, LINES[-1]])

    with pytest.raises(BackupError) as told:
        read_whole(file)
    assert str(told.value).removeprefix(str(file)).startswith(" is not a Wirematch backup")
    assert not any(word in str(told.value) for word in ("index out", "object", "NoneType", "argument", "int"))
