from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import random
import sys
import threading
import zlib

import pytest

from wirematch.errors import InvalidArticleError, InvalidDocumentError, UnknownFormatError
from wirematch.formats.packing import zstd
from wirematch.pipelines.dedupe import items as item_reading
from wirematch.pipelines.dedupe.inputs import Inputs

LINES = b'\xef\xbb\xbf{"body": "a"}\r\n\n\xef\xbb\xbf{"body": "b"}\n{"body": "c"}'
EXPECTED = [("1", b'{"body": "a"}'), ("3", b'{"body": "b"}'), ("4", b'{"body": "c"}')]


def with_checksum(content: bytes) -> bytes:
    return zstd.compress(content, options={zstd.CompressionParameter.checksum_flag: 1})


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
    monkeypatch.setattr(item_reading, "READ_BYTES", piece)
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


def test_a_link_in_a_folder_that_leads_nowhere_is_a_lost_part(tmp_path):
    (tmp_path / "a.ndjson").write_bytes(b'{"body": "a"}')
    (tmp_path / "b.ndjson").symlink_to(tmp_path / "not mounted" / "b.ndjson")
    (tmp_path / "c.ndjson").symlink_to("a.ndjson")
    items = list(Inputs([str(tmp_path)]).items())

    assert [(item.file, item.lost) for item in items] == [(0, False), (1, True), (2, False)]
    assert items[1].fault == "cannot be read: No such file or directory."


def test_lines_that_are_too_long_are_faults(tmp_path, monkeypatch):
    monkeypatch.setattr(item_reading, "LONGEST_LINE", 20)
    (tmp_path / "a.ndjson").write_bytes(b'{"body": "a"}\n{"body": "aaaaaaaaaaaaaaa"}\n{"body": "c"}')
    items = list(Inputs([str(tmp_path / "a.ndjson")]).items())

    assert [item.fault is None for item in items] == [True, False, True]


def test_what_is_not_there_is_said_before_anything_is_done(tmp_path):
    with pytest.raises(InvalidArticleError, match="no such file or folder"):
        Inputs([str(tmp_path / "nothing")])
    with pytest.raises(UnknownFormatError):
        Inputs([str(tmp_path)], "word")


MANY = [b'{"body": "number %d of many lines, %d"}\n' % (number, number * number) for number in range(400)]


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstd.compress)],
)
def test_what_is_cut_gives_its_whole_lines_and_says_what_is_lost(tmp_path, suffix, pack):
    packed = pack(b"".join(MANY))
    file = tmp_path / f"a.ndjson{suffix}"
    places = random.Random(3).sample(range(8, len(packed) - 12), 60)
    for cut in places:
        file.write_bytes(packed[:cut])
        items = list(Inputs([str(file)]).items())

        good = [item.line + b"\n" for item in items if item.line is not None]
        assert good == MANY[: len(good)]
        assert items[-1].lost
        assert items[-1].place in {str(file), f"{file}:{len(items)}"}
        assert f"it ends early, at byte {cut:,}" in items[-1].fault
    assert good or suffix in {".bz2", ".xz", ".zst"}  # these withhold whole blocks


def test_a_cut_gz_gives_all_lines_that_can_be_read(tmp_path):
    packed = gzip.compress(b"".join(MANY))
    cut = packed[: len(packed) // 2]
    readable = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(cut).count(b"\n")
    (tmp_path / "a.ndjson.gz").write_bytes(cut)

    assert sum(item.line is not None for item in Inputs([str(tmp_path / "a.ndjson.gz")]).items()) == readable > 50


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", with_checksum)],
)
@pytest.mark.parametrize("length", [3_000, 400_000])
def test_damage_to_one_of_several_members_costs_only_that_one(tmp_path, suffix, pack, length):
    draw = random.Random(3)
    members = [
        b"".join(b'{"body": "%d %s"}\n' % (n, draw.randbytes(length // 20).hex().encode()) for _ in range(10))
        for n in range(4)
    ]
    packed = [pack(member) for member in members]
    middle = len(packed[1]) // 2
    packed[1] = packed[1][:middle] + b"\xff" * 16 + packed[1][middle + 16 :]
    (tmp_path / f"a.ndjson{suffix}").write_bytes(b"".join(packed))
    items = list(Inputs([str(tmp_path / f"a.ndjson{suffix}")]).items())
    lines = [item.line for item in items if item.line and item.line.startswith(b'{"body": ')]

    assert [line for line in lines if not line.startswith(b'{"body": "1 ')] == [
        line for n in (0, 2, 3) for line in members[n].splitlines()
    ]
    [told] = [item.fault for item in items if item.lost and "damaged" in item.fault]
    assert told.endswith(f"; what follows is lost up to byte {len(packed[0]) + len(packed[1]):,}.")
    assert items[-1].place.endswith(f" from byte {len(packed[0]) + len(packed[1]):,}:20")


def test_what_looks_like_the_beginning_of_a_member_is_none(tmp_path):
    member = gzip.compress(b'{"body": "a"}\n')
    junk = b"\x1f\x8b\x08\x00" * 1_000
    (tmp_path / "a.ndjson.gz").write_bytes(member + junk + member + junk)
    items = list(Inputs([str(tmp_path / "a.ndjson.gz")]).items())

    assert [item.line for item in items if item.line] == [b'{"body": "a"}'] * 2
    assert items[-1].fault.endswith("what follows is lost.")


def test_damage_within_is_told_and_the_next_file_is_read(tmp_path):
    packed = bytearray(gzip.compress(b"".join(MANY)))
    packed[len(packed) // 2] ^= 0xFF
    packed[len(packed) // 2 + 40] ^= 0xFF
    (tmp_path / "a.ndjson.gz").write_bytes(bytes(packed))
    (tmp_path / "b.ndjson").write_bytes(LINES)
    items = list(Inputs([str(tmp_path)]).items())

    assert any(item.lost and "a.ndjson.gz" in item.place for item in items)
    assert told(items[-3:]) == EXPECTED


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz", "a", "a.json"])
def test_packed_content_is_known_by_its_bytes_whatever_its_name(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(LINES[:20]) + pack(LINES[20:]))

    assert told(Inputs([str(tmp_path / name)]).items()) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_lines_in_utf_16(tmp_path, encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    (tmp_path / "a.ndjson").write_bytes((mark + '{"body": "é"}\n{"body": "b"}\n').encode(encoding))

    assert [item.line for item in Inputs([str(tmp_path / "a.ndjson")]).items()] == [
        '{"body": "é"}'.encode(),
        b'{"body": "b"}',
    ]


@pytest.mark.parametrize("name", ["a.ndjson", "a.json", "-"])
@pytest.mark.parametrize("wrapped", ["%s", '{"items": %s}', '{"articles": %s, "total": 2}'])
def test_a_list_in_json_holds_records(tmp_path, monkeypatch, name, wrapped):
    content = (wrapped % '[\n {"body": "a", "n": 1},\n {"body": "b"},\n {"other": 1}]').encode()
    if not wrapped.startswith("%"):
        name = "a.json"
    (tmp_path / "a.json").write_bytes(content)
    (tmp_path / "a.ndjson").write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    items = list(Inputs([name if name == "-" else str(tmp_path / name)]).items())

    assert [item.line for item in items] == [b'{"body": "a", "n": 1}', b'{"body": "b"}', b'{"other": 1}']
    assert items[0].place.endswith(", record 1")


def test_a_pipe_is_an_input(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(gzip.compress(LINES)))
    writer.start()
    given = Inputs([str(tmp_path / "pipe")])

    assert told(given.items()) == EXPECTED
    assert given.total_bytes is None
    assert given.streamed
    writer.join()


def test_names_that_are_no_utf_8_are_read_and_told(tmp_path):
    name = os.fsencode(tmp_path) + b"/bad\xff.ndjson"
    with open(name, "wb") as file:  # noqa: PTH123 - a path cannot be made of bytes
        file.write(LINES)
    given = Inputs([str(tmp_path)])

    assert [item.place for item in given.items()] == [f"{tmp_path}/bad\\xff.ndjson:{line}" for line in (1, 3, 4)]
    json.dumps(given.names, ensure_ascii=False).encode()


def test_bad_entries_of_a_feed_stand_beside_the_good_ones(tmp_path):
    item = "<item><guid>{0}</guid><title>{0}</title>{1}</item>"
    text = "<description>The quay is closed for eleven months.</description>"
    entries = item.format("a", text) + item.format("b", "") + item.format("c", text)
    (tmp_path / "a.rss").write_text(f"<rss version='2.0'><channel><title>C</title>{entries}</channel></rss>")
    items = list(Inputs([str(tmp_path / "a.rss")]).items())

    assert [item.document.id for item in items if item.document] == ["a", "c"]
    assert [(item.place, item.fault) for item in items if item.fault] == [
        (f"{tmp_path / 'a.rss'}, entry 2", "it contains no text.")
    ]


GREETING = '{"body": "Prix du blé à Gênes"}'


@pytest.mark.parametrize("name", ["a.ndjson", "a.json", "list.json", "a.txt"])
def test_inputs_are_read_in_the_charset_that_is_said(tmp_path, name):
    content = f"[{GREETING}]" if name == "list.json" else f"{GREETING}\n"
    (tmp_path / name).write_bytes((content * (2 if name == "a.ndjson" else 1)).encode("cp850"))
    items = list(Inputs([str(tmp_path / name)], charset="cp850").items())

    assert items
    for item in items:
        text = item.line.decode() if item.line else item.document.article.body
        assert "Prix du blé à Gênes" in text


def test_what_is_not_in_that_charset_is_told_and_an_unknown_one_is_refused(tmp_path):
    (tmp_path / "a.ndjson").write_bytes(GREETING.encode("latin-1"))
    [item] = Inputs([str(tmp_path / "a.ndjson")], charset="utf-8").items()

    assert item.fault.startswith("is not UTF-8 text")
    with pytest.raises(InvalidDocumentError, match="klingon"):
        Inputs([str(tmp_path)], charset="klingon")
