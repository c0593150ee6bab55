"""Which files are read: those that are named, those of folders, pipes and standard input."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wirematch.errors import InvalidArticleError

STANDARD_INPUT = "-"
PACKED_SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zst"})


@dataclass(frozen=True, slots=True)
class Source:
    """One input, as it was when it was looked for."""

    path: str
    size: int
    changed: int
    """Nanoseconds since 1970."""
    streams: bool
    """Whether it can be read only once: a pipe, a device, standard input."""

    @property
    def called(self) -> str:
        """For a reader; bytes of a name that are no UTF-8 are written as numbers."""
        return "standard input" if self.path == STANDARD_INPUT else printable(self.path)

    @property
    def name(self) -> str:
        """The file's name in small letters, without the ending that says how it is packed; empty for what has none."""
        path = Path("" if self.path == STANDARD_INPUT or self.streams else self.path.lower())
        return path.stem if path.suffix in PACKED_SUFFIXES else path.name

    @property
    def facts(self) -> list[str | int]:
        """Whether it is the same input as before."""
        return [printable(self.path), self.size, self.changed]

    def open(self) -> IO[bytes]:
        """To be read; OSError."""
        return sys.stdin.buffer if self.path == STANDARD_INPUT else Path(self.path).open("rb")


def printable(name: str) -> str:
    """A file's name as text that can be written anywhere, however it is spelt on disk."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def find_sources(name: str, hidden: set[Path]) -> list[Source]:
    """The input of this name, or all files of a folder in order; InvalidArticleError when there is none."""
    if name == STANDARD_INPUT:
        return [Source(name, 0, 0, streams=True)]
    path = Path(name)
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.is_file())
        shown = (file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))
        return [
            _source(str(file))
            for file in sorted(shown, key=os.fsencode)
            if not {file.absolute(), *file.absolute().parents} & hidden
        ]
    try:
        return [_source(name)]
    except (OSError, ValueError):
        raise InvalidArticleError(f"{printable(name)} cannot be read: there is no such file or folder.") from None


def _source(name: str) -> Source:
    facts = Path(name).stat()
    regular = stat.S_ISREG(facts.st_mode)
    return Source(name, facts.st_size if regular else 0, facts.st_mtime_ns if regular else 0, streams=not regular)
