"""A file of lines in separately compressed parts: complete parts of a truncated file are known and can be continued.

A part is a zstd frame or a gzip member, and ends with a line ``{"checkpoint": {"lines": …, "sha256": …}}``: how many
lines there are up to it and the SHA-256 of them all, checkpoints included. ``zstd -dc`` and ``gzip -dc`` print them.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

from wirematch.errors import BackupError, InvalidSettingError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PART_BYTES = 4_000_000
"""Uncompressed, about a thousand stories; the most that an interrupted backup loses."""
READ_BYTES = 1 << 18
ZSTD: Mapping[int, int] = {zstd.CompressionParameter.compression_level: 9, zstd.CompressionParameter.checksum_flag: 1}
CHECKPOINT = "checkpoint"


class Packing(StrEnum):
    """Compression of parts, chosen by the file's name."""

    ZSTD = ".zst"
    GZIP = ".gz"

    @classmethod
    def of(cls, file: Path) -> Packing:
        """Return the compression. Raises InvalidSettingError for a name that implies none."""
        try:
            return cls(file.suffix)
        except ValueError:
            raise InvalidSettingError(
                f"{file} must end in .ndjson.zst or .ndjson.gz, which selects the compression."
            ) from None

    def pack(self, content: bytes) -> bytes:
        """Return data as a frame or member."""
        return zstd.compress(content, options=ZSTD) if self is Packing.ZSTD else gzip.compress(content, mtime=0)

    def unpacker(self) -> Any:
        """Return a decompressor of one frame or member."""
        return zstd.ZstdDecompressor() if self is Packing.ZSTD else zlib.decompressobj(zlib.MAX_WBITS | 16)


class Part(NamedTuple):
    """A complete part."""

    lines: list[bytes]
    """Without its checkpoint."""
    end: int
    """Where it ends in the file."""


class BrokenPartError(Exception):
    """The data is not a complete part; the text says why."""


class PartReader:
    """Reads parts from the beginning; ``lines`` and ``digest`` cover those that were read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._packing = Packing.of(file)
        self.lines = 0
        self.digest = hashlib.sha256()

    def parts(self) -> Iterator[Part]:
        """Yield each complete part. Raises BrokenPartError at the first incomplete one, and OSError."""
        with self._file.open("rb") as raw:
            rest, end = b"", 0
            while rest or (rest := raw.read(READ_BYTES)):
                content, left, taken = self._unpack(raw, rest)
                end += taken
                rest = left
                yield Part(self._checked(content), end)

    def _unpack(self, raw: BinaryIO, begun: bytes) -> tuple[bytes, bytes, int]:
        """Return a part, the data read after it, and its size in bytes."""
        unpacker, pieces, taken, piece = self._packing.unpacker(), [], 0, begun
        while True:
            try:
                pieces.append(unpacker.decompress(piece))
            except (zlib.error, zstd.ZstdError, ValueError) as error:
                raise BrokenPartError(f"is damaged ({error})") from error
            taken += len(piece)
            if unpacker.eof:
                return b"".join(pieces), unpacker.unused_data, taken - len(unpacker.unused_data)
            piece = raw.read(READ_BYTES)
            if not piece:
                raise BrokenPartError("is truncated")

    def _checked(self, content: bytes) -> list[bytes]:
        *lines, checkpoint = content.splitlines(keepends=True) or [b""]
        digest, count = self.digest.copy(), self.lines + len(lines)
        for line in lines:
            digest.update(line)
        try:
            said = json.loads(checkpoint)[CHECKPOINT]
            right = said == {"lines": count, "sha256": digest.hexdigest()}
        except (ValueError, LookupError, TypeError) as error:
            raise BrokenPartError("has a part without a checkpoint") from error
        if not right:
            raise BrokenPartError("has a part that is not what was written")
        digest.update(checkpoint)
        self.digest, self.lines = digest, count + 1
        return lines


@contextmanager
def only_writer(file: Path) -> Iterator[None]:
    """Keep other processes from writing the file during the block, and remove a new file if nothing was written.

    Raises BackupError while another process writes it, and OSError.
    """
    made = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)  # texts are nobody else's business
    with os.fdopen(descriptor, "r+b") as held:
        if not _locks(held, file):
            raise BackupError(f"Another process is writing {file}; wait until it ends, or name another file.")
        try:
            yield
        finally:
            if made and not os.fstat(held.fileno()).st_size:
                file.unlink(missing_ok=True)


def _locks(held: BinaryIO, file: Path) -> bool:
    """Whether the open file is locked by this process and still has this name: its creator may remove it."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(held.fileno()), file.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


class PartWriter:
    """Appends parts to a file after what ``after`` has read of it.

    The block closes the file, without a last part. If the block fails before there is more than the first part, what it
    wrote is removed.
    """

    def __init__(self, file: Path, after: PartReader | None = None, end: int = 0) -> None:
        """``end`` is where the last complete part ends; anything after it is removed."""
        self._packing = Packing.of(file)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._raw = os.fdopen(descriptor, "r+b")
        self._raw.truncate(end)
        self._raw.seek(end)
        self._end = end
        self._parts = 0
        self.lines = after.lines if after else 0
        self._digest = after.digest if after else hashlib.sha256()
        self._waiting: list[bytes] = []
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is not None and not self._end and self._parts <= 1:
            self._raw.truncate(0)
        self._raw.close()

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return self._raw.tell()

    def write(self, line: dict[str, Any]) -> None:
        """Add a line; parts are written when they are large enough."""
        written = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._digest.update(written)
        self.lines += 1
        self._waiting.append(written)
        self._bytes += len(written)
        if self._bytes >= PART_BYTES:
            self.end_part()

    def end_part(self) -> None:
        """Write the buffered lines as a part, and flush it to disk."""
        said = {CHECKPOINT: {"lines": self.lines, "sha256": self._digest.hexdigest()}}
        checkpoint = json.dumps(said).encode() + b"\n"
        self._raw.write(self._packing.pack(b"".join([*self._waiting, checkpoint])))
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._digest.update(checkpoint)
        self.lines += 1
        self._waiting, self._bytes = [], 0
        self._parts += 1
