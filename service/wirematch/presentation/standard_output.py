"""Standard output whose encoding, which the terminal or the environment chooses, need not hold every character."""

from __future__ import annotations

import codecs
import io
import sys
from pathlib import Path

IN_PLACE_OF_A_CHARACTER = "backslashreplace"
"""Python's error handler for what an encoding does not hold: ``\\xe9`` for é."""


def escape_unknown_characters() -> None:
    """Write characters that the encoding does not hold as escapes, as standard error does; a report is not lost."""
    _reconfigure(None)


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
