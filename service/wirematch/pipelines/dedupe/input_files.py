"""Input files: named ones, those in folders, pipes, and standard input."""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wirematch.errors import InvalidArticleError
from wirematch.pipelines.dedupe.checkpoint import is_of_run

BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
READ_BYTES = 256 * 1024


STANDARD_INPUT = "-"
LARGEST_DOCUMENT = 64 * 1024 * 1024
"""In bytes, decompressed."""
COMPRESSED_SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zst"})


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was when found, a pipe, a device or standard input."""

    path: str
    size: int
    """In bytes; 0 if it is streamed."""
    streamed: bool
    """Whether it can be read only once, like a pipe, a device or standard input."""

    @property
    def display_name(self) -> str:
        """Its name in messages."""
        return "standard input" if self.path == STANDARD_INPUT else printable(self.path)

    @property
    def name(self) -> str:
        """The file's name in lower case, without a compression suffix; empty if it is streamed."""
        return "" if self.streamed else uncompressed_name(Path(self.path).name)

    def open(self) -> IO[bytes]:
        """Open it for reading. Raises OSError."""
        return sys.stdin.buffer if self.path == STANDARD_INPUT else Path(self.path).open("rb")


def uncompressed_name(name: str) -> str:
    """Return a file's name in lower case, without a compression suffix."""
    path = Path(name.lower())
    return str(path.with_suffix("") if path.suffix in COMPRESSED_SUFFIXES else path)


def printable(name: str) -> str:
    r"""Return a file's name as valid UTF-8, with other bytes escaped, such as ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def find_files(name: str, hidden: set[Path]) -> list[InputFile]:
    """Return the file of this name, or all files of that folder in order, with links that lead nowhere.

    Folders of runs, which stay beside their outputs, and names that begin with a dot are passed over.
    Such a link, as to a disk that is not mounted, cannot be opened, and is then reported as lost. Raises
    InvalidArticleError if there is nothing of this name, or no file in the folder.
    """
    if name == STANDARD_INPUT:
        return [InputFile(name, 0, streamed=True)]
    path = Path(name)
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.is_file() or _leads_nowhere(file))
        shown = (file for file in found if not _is_passed_over(file, path))
        wanted = [file for file in shown if not {file.absolute(), *file.absolute().parents} & hidden]
        if not wanted:
            raise InvalidArticleError(f"There are no files in {printable(name)}.")
        return [
            InputFile(str(file), 0, streamed=False) if _leads_nowhere(file) else _file(str(file))
            for file in sorted(wanted, key=os.fsencode)
        ]
    try:
        return [_file(name)]
    except (OSError, ValueError):
        raise InvalidArticleError(f"{printable(name)} cannot be read: there is no such file or folder.") from None


def _is_passed_over(file: Path, within: Path) -> bool:
    parts = file.relative_to(within).parts
    return any(part.startswith(".") for part in parts) or any(map(is_of_run, file.parents[: len(parts) - 1]))


def _leads_nowhere(file: Path) -> bool:
    return file.is_symlink() and not file.exists()


def _file(name: str) -> InputFile:
    status = Path(name).stat()
    regular = stat.S_ISREG(status.st_mode)
    return InputFile(name, status.st_size if regular else 0, streamed=not regular)


class Utf8FromUtf16(io.RawIOBase):
    """A stream of UTF-16 with a byte order mark, read as UTF-8; invalid bytes become U+FFFD."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and return the number of bytes; 0 at the end."""
        while not self._ready and (piece := self._raw.read(READ_BYTES)):
            self._ready = self._decoder.decode(piece).encode("utf-8", "replace")
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)
