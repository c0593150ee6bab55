"""Standard output, whose encoding may lack characters and whose reader may stop before the end."""

from __future__ import annotations

import codecs
import io
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

IN_PLACE_OF_A_CHARACTER = "backslashreplace"
"""Python's error handler for what an encoding does not hold: ``\\xe9`` for é."""
READER_GONE = 128 + signal.SIGPIPE
"""Exit status of a program whose output nobody reads any more, as shells tell it."""


def escape_unknown_characters() -> None:
    """Write characters that the encoding does not hold as escapes, as standard error does; a report is not lost."""
    _reconfigure(None)


@contextmanager
def ended_with_its_reader() -> Iterator[None]:
    """End the command in order, and without a word, when the reader of standard output has closed it, as ``head`` does.

    Raises SystemExit then, which nothing takes for a failure of something else. A signal would end the process where it
    stands, and leave behind what it began.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        named, buffer = sys.stdout, sys.stdout.buffer
        raw = getattr(buffer, "raw", buffer)
        if isinstance(raw, io.FileIO):
            output = _Output(raw.fileno(), "wb", closefd=False)
            sys.stdout = io.TextIOWrapper(
                io.BufferedWriter(output) if raw is not buffer else output,  # PYTHONUNBUFFERED is set
                named.encoding,
                named.errors,
                line_buffering=named.line_buffering,
                write_through=named.write_through,
            )
    try:
        yield
    finally:
        sys.stdout.flush()


class _Output(io.FileIO):
    """A file that fails once: what is written after that is discarded, as by Python when it ends.

    Its writer ends when its reader has closed it.
    """

    _failed = False

    def write(self, data: ReadableBuffer, /) -> int:
        if self._failed:
            return memoryview(data).nbytes
        try:
            return super().write(data)
        except BrokenPipeError:
            self._failed = True
            raise SystemExit(READER_GONE) from None
        except OSError:
            self._failed = True
            raise


def file_to_write(named: Path | None) -> Path | None:
    """Return None, which is standard output, for a file that is named ``-``, as ``-`` is standard input elsewhere."""
    return None if named == Path("-") else named


def write_data(text: str) -> None:
    """Write what programs read, such as JSON or a page that declares its encoding: always as UTF-8."""
    if codecs.lookup(sys.stdout.encoding or "ascii").name != "utf-8":
        _reconfigure("utf-8")
    sys.stdout.write(text)


def _reconfigure(encoding: str | None) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors=IN_PLACE_OF_A_CHARACTER)
