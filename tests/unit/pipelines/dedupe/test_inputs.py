from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys

import pytest

from wirematch.errors import InvalidArticleError, UnknownFormatError
from wirematch.pipelines.dedupe import inputs
from wirematch.pipelines.dedupe.inputs import Inputs

LINES = b'\xef\xbb\xbf{"body": "a"}\r\n\n{"body": "b"}\n{"body": "c"}'
EXPECTED = [("1", b'{"body": "a"}'), ("3", b'{"body": "b"}'), ("4", b'{"body": "c"}')]


def told(items):
    return [(item.place.rpartition(":")[2], item.line) for item in items]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.ndjson", bytes),
        ("a.jsonl", bytes),
        ("a", bytes),
        ("a.json", bytes),
        ("a.ndjson.gz", gzip.compress),
        ("a.jsonl.xz", lzma.compress),
        ("a.jsonl.bz2", bz2.compress),
    ],
)
@pytest.mark.parametrize("piece", [1, 7, 1_000])
def test_lines_are_read_however_they_are_packed(tmp_path, monkeypatch, name, pack, piece):
    monkeypatch.setattr(inputs, "READ_BYTES", piece)
    (tmp_path / name).write_bytes(pack(LINES))

    assert told(Inputs([str(tmp_path / name)]).items()) == EXPECTED


def test_standard_input_has_lines(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LINES)))
    given = Inputs(["-"])

    assert told(given.items()) == EXPECTED
    assert given.total_bytes is None


def test_a_file_with_one_record_is_a_line(tmp_path):
    (tmp_path / "one.json").write_bytes(b'{"body": "a",\n "other": 1}\n')
    [item] = Inputs([str(tmp_path / "one.json")]).items()

    assert item.line == b'{"body": "a",  "other": 1} '


def test_a_folder_is_read_in_order_and_holds_any_format(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / "out.ndjson").write_text('{"body": "mine"}\n')
    (tmp_path / "b.txt").write_text("A text.")
    (tmp_path / "a.ndjson").write_bytes(LINES)
    (tmp_path / "sub" / "c.nitf").write_text("<nitf>")
    given = Inputs([str(tmp_path)], leave_out=[tmp_path / "out.ndjson"])
    items = list(given.items())

    assert [item.place.removeprefix(f"{tmp_path}/") for item in items] == [
        "a.ndjson:1", "a.ndjson:3", "a.ndjson:4", "b.txt", "sub/c.nitf",
    ]  # fmt: skip
    assert items[3].document.article.body == "A text."
    assert "<" not in (items[4].document or "")
    assert items[4].fault is not None
    assert given.bytes_read == given.total_bytes


def test_lines_that_are_too_long_are_faults(tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "LONGEST_LINE", 20)
    (tmp_path / "a.ndjson").write_bytes(b'{"body": "a"}\n{"body": "aaaaaaaaaaaaaaa"}\n{"body": "c"}')
    items = list(Inputs([str(tmp_path / "a.ndjson")]).items())

    assert [item.fault is None for item in items] == [True, False, True]


def test_what_is_not_there_is_said_before_anything_is_done(tmp_path):
    with pytest.raises(InvalidArticleError, match="no such file or folder"):
        Inputs([str(tmp_path / "nothing")])
    with pytest.raises(UnknownFormatError):
        Inputs([str(tmp_path)], "word")


def test_a_broken_archive_is_said(tmp_path):
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(LINES * 100)[:40])

    with pytest.raises(InvalidArticleError, match="cannot be read"):
        list(Inputs([str(tmp_path / "a.ndjson.gz")]).items())
