"""Five hundred files cut at random places: complete records are written, the rest is reported, and nothing fails."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.command_line import CommandLine
from support.web_archive import Archive, page
from wirematch.formats.packing import zstd

pytestmark = pytest.mark.slow

FILES = 500
ROWS = 6
PACKINGS: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    ".ndjson": (bytes, bytes),
    ".ndjson.gz": (gzip.compress, lambda cut: zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(cut)),
    ".ndjson.bz2": (bz2.compress, lambda cut: bz2.BZ2Decompressor().decompress(cut)),
    ".ndjson.xz": (lzma.compress, lambda cut: lzma.LZMADecompressor().decompress(cut)),
    ".ndjson.zst": (zstd.compress, lambda cut: zstd.ZstdDecompressor().decompress(cut)),
}
"""How lines are compressed, and what the compression's own library reads of a truncated file."""
KINDS = [*PACKINGS, ".warc", ".warc.gz", ".json", ".rss"]


@dataclass(frozen=True)
class Damaged:
    path: Path
    whole: list[str]
    """Ids of the records that are complete in the remaining bytes."""
    told: bool
    """Whether a loss must be reported; not if the cut happens to be between two records."""


def words(draw: random.Random) -> str:
    """A text similar to no other one."""
    return " ".join("".join(draw.choices("abdefgiklmnoprstu", k=draw.randint(4, 9))) for _ in range(40)) + "."


def damaged_lines(path: Path, kind: str, draw: random.Random) -> Damaged:
    pack, unpack = PACKINGS[kind]
    ids = [f"{path.name}-{number}" for number in range(ROWS)]
    lines = [json.dumps({"id": one, "body": words(draw)}).encode() + b"\n" for one in ids]
    packed = pack(b"".join(lines))
    cut = packed[: draw.randint(10, len(packed) - 1)]
    path.write_bytes(cut)
    left = unpack(cut)
    whole = [one for number, one in enumerate(ids) if left.startswith(b"".join(lines[: number + 1]).rstrip())]
    return Damaged(path, whole, told=kind != ".ndjson" or left.rstrip() != b"".join(lines[: len(whole)]).rstrip())


def damaged_archive(path: Path, _: str, draw: random.Random) -> Damaged:
    archive = Archive(path)
    ends = []
    for number in range(3):
        archive.page(f"https://news.example/{path.name}/{number}", page(text=words(draw)))
        ends.append(archive.ends[-1])
    content = path.read_bytes()
    at = draw.randint(10, len(content) - 1)
    path.write_bytes(content[:at])
    # A record ends with two empty lines, which carry nothing.
    whole = [end for end in ends if end <= at + (0 if path.suffix == ".gz" else 4)]
    return Damaged(
        path,
        [f"https://news.example/{path.name}/{number}" for number in range(len(whole))],
        told=at not in archive.ends and not any(0 <= end - at <= 4 and path.suffix == ".warc" for end in archive.ends),
    )


def damaged_document(path: Path, kind: str, draw: random.Random) -> Damaged:
    """A document has no complete parts when it is cut."""
    if kind == ".json":
        content = json.dumps([{"id": f"{path.name}-{number}", "body": words(draw)} for number in range(ROWS)])
    else:
        items = "".join(f"<item><guid>{n}</guid><description>{words(draw)}</description></item>" for n in range(ROWS))
        content = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'
    path.write_text(content[: draw.randint(10, len(content) - 1)])
    return Damaged(path, [], told=True)


def damaged_files(folder: Path) -> Iterator[Damaged]:
    draw = random.Random(15)
    for number in range(FILES):
        kind = KINDS[number % len(KINDS)]
        make = damaged_lines if kind in PACKINGS else damaged_archive if "warc" in kind else damaged_document
        yield make(folder / f"f{number:03}{kind}", kind, draw)


def test_every_complete_record_of_damaged_files_is_written_and_the_rest_told(monkeypatch, capsys, tmp_path):
    folder = tmp_path / "damaged"
    folder.mkdir()
    damaged = list(damaged_files(folder))
    (folder / "sound.ndjson").write_text('{"id": "sound", "body": "The ferry is back in the harbour of Tolvane."}\n')
    out, rejects = tmp_path / "out.ndjson", tmp_path / "rejects.ndjson"
    status, _, err = CommandLine(monkeypatch, capsys)("dedupe", folder, "-o", out, "--rejects", rejects)
    written = {json.loads(line)["id"] for line in out.read_text().splitlines()}
    told = rejects.read_text()
    whole = {one for file in damaged for one in file.whole}

    assert status == 1
    assert "Traceback" not in err
    assert whole | {"sound"} <= written
    assert len(whole) > FILES / 2
    assert [file.path.name for file in damaged if file.told and file.path.name not in told] == []
    assert [file.path.name for file in damaged if not file.told and file.path.name in told] == []
