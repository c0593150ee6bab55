"""Write small dictionaries in dictd's format, compressed in chunks like dictzip."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def write_dictionary(folder: Path, name: str, entries: Mapping[str, Sequence[str]], piece: int = 64) -> Path:
    """Write ``entries``, headword -> entries, whose first line is the headword as printed; return the index."""
    text = b""
    lines = []
    for headword, texts in entries.items():
        for entry in texts:
            packed = entry.encode()
            lines.append(f"{headword.lower()}\t{number(len(text))}\t{number(len(packed))}")
            text += packed
    index = folder / f"freedict-{name}.index"
    index.write_text("\n".join(sorted(lines, key=str.encode)) + "\n", encoding="utf-8")
    (folder / f"freedict-{name}.dict.dz").write_bytes(dictzip(text, piece))
    return index


def number(value: int) -> str:
    written = ""
    while value or not written:
        written = DIGITS[value % 64] + written
        value //= 64
    return written


def dictzip(content: bytes, piece: int) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    pieces = [
        packer.compress(content[start : start + piece]) + packer.flush(zlib.Z_FULL_FLUSH)
        for start in range(0, len(content), piece)
    ]
    sizes = struct.pack(f"<HHH{len(pieces)}H", 1, piece, len(pieces), *map(len, pieces))
    extra = b"RA" + struct.pack("<H", len(sizes)) + sizes
    header = b"\x1f\x8b\x08\x0c" + bytes(6) + struct.pack("<H", len(extra)) + extra + b"small.dict\0"
    end = packer.flush() + struct.pack("<II", zlib.crc32(content), len(content))
    return header + b"".join(pieces) + end
