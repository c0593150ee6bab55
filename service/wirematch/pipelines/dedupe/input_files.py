"""The files to read: those that are named, those in folders, pipes, standard input."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wirematch.errors import InvalidArticleError

STANDARD_INPUT = "-"
LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes, decompressed."""
COMPRESSED_SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zst"})


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as it was when it was found, a pipe, a device or standard input."""

    path: str
    size: int
    """Bytes; 0 if it is streamed."""
    modified: int
    """Nanoseconds since 1970; 0 if it is streamed."""
    streamed: bool
    """Whether it can be read only once, as a pipe, a device and standard input."""

    @property
    def display_name(self) -> str:
        """How it is called in messages."""
        return "standard input" if self.path == STANDARD_INPUT else printable(self.path)

    @property
    def name(self) -> str:
        """The file's name in lower case, without a suffix that says how it is compressed; empty if streamed."""
        return "" if self.streamed else uncompressed_name(Path(self.path).name)

    @property
    def identity(self) -> list[str | int]:
        """Name, size and modification time, by which a changed input is noticed."""
        return [printable(self.path), self.size, self.modified]

    def open(self) -> IO[bytes]:
        """Open it for reading; OSError when that fails."""
        return sys.stdin.buffer if self.path == STANDARD_INPUT else Path(self.path).open("rb")


def uncompressed_name(name: str) -> str:
    """A file's name in lower case, without a suffix that says how it is compressed."""
    path = Path(name.lower())
    return str(path.with_suffix("") if path.suffix in COMPRESSED_SUFFIXES else path)


def printable(name: str) -> str:
    r"""A file's name as valid UTF-8; bytes that are not are written as escapes, such as ``\xff``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def find_files(name: str, hidden: set[Path]) -> list[InputFile]:
    """The file of this name, or all files of that folder in order; InvalidArticleError when there is none."""
    if name == STANDARD_INPUT:
        return [InputFile(name, 0, 0, streamed=True)]
    path = Path(name)
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.is_file())
        shown = (file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))
        return [
            _file(str(file))
            for file in sorted(shown, key=os.fsencode)
            if not {file.absolute(), *file.absolute().parents} & hidden
        ]
    try:
        return [_file(name)]
    except (OSError, ValueError):
        raise InvalidArticleError(f"{printable(name)} cannot be read: there is no such file or folder.") from None


def _file(name: str) -> InputFile:
    status = Path(name).stat()
    regular = stat.S_ISREG(status.st_mode)
    return InputFile(name, status.st_size if regular else 0, status.st_mtime_ns if regular else 0, streamed=not regular)
