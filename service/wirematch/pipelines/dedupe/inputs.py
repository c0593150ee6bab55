"""The inputs of a dedupe run: JSON lines, news documents, web archives, folders of these, standard input.

Items come in the same order every time, so that an interrupted run can be resumed at the number of an item.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from warcio.exceptions import ArchiveLoadFailed

from wirematch.errors import InvalidArticleError, InvalidDocumentError
from wirematch.formats.document import LONGEST_ID, Document, short_id
from wirematch.formats.json_text import load_json
from wirematch.formats.lines import LineSplitter
from wirematch.formats.registry import Format, named, read, recognise
from wirematch.pipelines.dedupe.warc import pages

STANDARD_INPUT = "-"
LINES = "ndjson"
"""The format with a JSON object on each line."""
WARC = "warc"
"""The format of web archives."""
LINE_SUFFIXES = frozenset({".ndjson", ".jsonl", ".jsonlines", ".ldjson"})
ARCHIVE_SUFFIXES = frozenset({".warc", ".arc"})
OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
LONGEST_LINE = 16 * 1024 * 1024
LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes, as for a line."""
READ_BYTES = 256 * 1024
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
"""Puts a JSON document on one line; in JSON, a line break is always white space between tokens."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line or one document, or the reason (``fault``) why there is neither."""

    place: str
    """For messages: the file and the line."""
    line: bytes | None = None
    document: Document | None = None
    fault: str | None = None


class Inputs:
    """The files to read, and how much of them was read."""

    def __init__(self, names: Sequence[str], format_name: str | None = None, leave_out: Sequence[Path] = ()) -> None:
        """``format_name`` None recognises each file's format; ``leave_out`` has paths that are skipped within folders.

        InvalidArticleError when a file does not exist, UnknownFormatError for an unknown ``format_name``.
        """
        self._format = format_name
        if format_name is not None and format_name not in {LINES, WARC}:
            named(format_name)
        hidden = {path.absolute() for path in leave_out}
        self.files = [file for name in names for file in _files(name, hidden)]
        self._sizes = [_size(file) for file in self.files]
        self._finished_bytes = 0
        self._open: IO[bytes] | None = None

    @property
    def total_bytes(self) -> int | None:
        """Size of all files; None if standard input is among them."""
        return None if STANDARD_INPUT in self.files else sum(self._sizes)

    @property
    def bytes_read(self) -> int:
        """How many of ``total_bytes`` were read; of a compressed file, compressed bytes."""
        return self._finished_bytes + (self._open.tell() if self._open is not None and self._open.seekable() else 0)

    @property
    def identity(self) -> list[list[str | int]]:
        """Name, size and modification time of each file, by which changed inputs are noticed."""
        return [[file, size, _modified(file)] for file, size in zip(self.files, self._sizes, strict=True)]

    def items(self) -> Iterator[Item]:
        """Every item, file by file; InvalidArticleError when a file cannot be read or is damaged."""
        self._finished_bytes = 0
        for file, size in zip(self.files, self._sizes, strict=True):
            if file == STANDARD_INPUT:
                yield from self._items_in(sys.stdin.buffer, "standard input", "")
            else:
                try:
                    with Path(file).open("rb") as raw:
                        self._open = raw
                        yield from self._items_in(_decompressed(raw, file), file, _uncompressed_name(file))
                except (OSError, EOFError, lzma.LZMAError, ArchiveLoadFailed) as error:
                    raise InvalidArticleError(f"{file} cannot be read: {error}.") from error
                finally:
                    self._open = None
            self._finished_bytes += size

    def _items_in(self, content: IO[bytes], place: str, name: str) -> Iterator[Item]:
        if self._format == LINES or (self._format is None and (not name or Path(name).suffix in LINE_SUFFIXES)):
            yield from _lines(content, place, b"")
            return
        if self._format == WARC or (self._format is None and Path(name).suffix in ARCHIVE_SUFFIXES):
            yield from _pages(content, place)
            return
        first = b"" if self._format else content.readline(LONGEST_LINE)
        if _is_json_line(first) and (more := content.read(1)):
            yield from _lines(content, place, first + more)
            return
        whole = first + content.read(LARGEST_DOCUMENT - len(first))
        if content.read(1):
            yield Item(place, fault=f"a document may have at most {LARGEST_DOCUMENT:,} bytes.")
            return
        yield from _documents(whole, place, named(self._format) if self._format else recognise(whole, name))


def _lines(content: IO[bytes], file: str, begin: bytes) -> Iterator[Item]:
    """The lines of ``begin``, which was read already, and of the rest of ``content``; blank ones are skipped."""
    splitter = LineSplitter(LONGEST_LINE)
    number, more = 0, True
    while more:
        piece, begin = begin or content.read(READ_BYTES), b""
        more = bool(piece)
        for line in splitter.feed(piece) if more else splitter.end():
            number += 1
            if line is None:
                yield Item(f"{file}:{number}", fault=f"a line may have at most {LONGEST_LINE:,} bytes.")
                continue
            row = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if row.strip():
                yield Item(f"{file}:{number}", row)


def _documents(content: bytes, file: str, format_: Format, charset: str | None = None) -> Iterator[Item]:
    if format_ is Format.JSON:  # a row, like a line of JSON lines
        yield Item(file, content.removeprefix(codecs.BOM_UTF8).translate(_ONE_LINE))
        return
    try:
        documents = read(content, format_, charset)
    except InvalidDocumentError as error:
        yield Item(file, fault=str(error.about("it")).removeprefix("it "))
        return
    for number, document in enumerate(documents, 1):
        yield Item(file if len(documents) == 1 else f"{file}, document {number}", document=document)


def _pages(content: IO[bytes], archive: str) -> Iterator[Item]:
    """The articles on the pages of an archive; one that names no id gets its page's address as its id."""
    for page in pages(content, LARGEST_DOCUMENT):
        place = f"{archive}, {page.address}"
        if page.content is None:
            yield Item(place, fault=f"a document may have at most {LARGEST_DOCUMENT:,} bytes.")
            continue
        for item in _documents(page.content, place, Format.HTML, page.charset):
            document = item.document
            if document is not None and document.id is None and page.address:
                storable = len(page.address) <= LONGEST_ID and page.address.isprintable()
                page_id = page.address if storable else short_id(page.address)
                item = replace(item, document=document.under(page_id))  # noqa: PLW2901 - the same item
            yield item


def _is_json_line(line: bytes) -> bool:
    """Whether a whole JSON object is on it, so that each further line is another object."""
    try:
        return isinstance(load_json(line), dict) and line.endswith(b"\n")
    except InvalidDocumentError:
        return False


def _files(name: str, hidden: set[Path]) -> list[str]:
    path = Path(name)
    if name == STANDARD_INPUT or path.is_file():
        return [name]
    if not path.is_dir():
        raise InvalidArticleError(f"{name} cannot be read: there is no such file or folder.")
    found = (file for file in path.rglob("*") if file.is_file())
    shown = (file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts))
    return sorted(str(file) for file in shown if not {file.absolute(), *file.absolute().parents} & hidden)


def _decompressed(raw: IO[bytes], name: str) -> IO[bytes]:
    opener = OPENERS.get(Path(name).suffix.lower())
    if opener is None:
        return raw
    decompressed: IO[bytes] = opener(raw)
    return decompressed


def _uncompressed_name(name: str) -> str:
    path = Path(name.lower())
    return path.stem if path.suffix in OPENERS else path.name


def _size(name: str) -> int:
    return 0 if name == STANDARD_INPUT else Path(name).stat().st_size


def _modified(name: str) -> int:
    return 0 if name == STANDARD_INPUT else Path(name).stat().st_mtime_ns
