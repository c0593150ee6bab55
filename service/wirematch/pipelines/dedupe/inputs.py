"""What is to be deduplicated: files of lines, documents in any known format, folders of both, standard input.

Items come in the same order every time, so that one who was interrupted can go on at a number.
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
"""The name of the format that has one record in JSON a line."""
WARC = "warc"
"""The name of the format of web archives, which hold many pages."""
LINE_SUFFIXES = frozenset({".ndjson", ".jsonl", ".jsonlines", ".ldjson"})
ARCHIVE_SUFFIXES = frozenset({".warc", ".arc"})
OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
LONGEST_LINE = 16 * 1024 * 1024
LARGEST_DOCUMENT = 64 * 1024 * 1024
PIECE = 256 * 1024
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
"""In JSON, an end of a line is always space between tokens."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line or one document; with a ``fault`` it is neither."""

    place: str
    line: bytes | None = None
    document: Document | None = None
    fault: str | None = None


class Inputs:
    """All that is read, and how far it has come."""

    def __init__(self, names: Sequence[str], format_name: str | None = None, leave_out: Sequence[Path] = ()) -> None:
        """InvalidArticleError when a file is not there; files in ``leave_out`` are passed over in folders."""
        self._format = format_name
        if format_name is not None and format_name not in {LINES, WARC}:
            named(format_name)
        hidden = {path.absolute() for path in leave_out}
        self.files = [file for name in names for file in _files(name, hidden)]
        self._sizes = [_size(file) for file in self.files]
        self._passed = 0
        self._open: IO[bytes] | None = None

    @property
    def bytes_in_all(self) -> int | None:
        """None where standard input is among them."""
        return None if STANDARD_INPUT in self.files else sum(self._sizes)

    @property
    def bytes_read(self) -> int:
        """Of the files as they lie there, packed or not."""
        return self._passed + (self._open.tell() if self._open is not None and self._open.seekable() else 0)

    @property
    def facts(self) -> list[list[str | int]]:
        """Names, sizes and times of change: whether these are the same inputs as before."""
        return [[file, size, _changed(file)] for file, size in zip(self.files, self._sizes, strict=True)]

    def items(self) -> Iterator[Item]:
        """Every item, one file after the other."""
        self._passed = 0
        for file, size in zip(self.files, self._sizes, strict=True):
            if file == STANDARD_INPUT:
                yield from self._of(sys.stdin.buffer, "standard input", "")
            else:
                try:
                    with Path(file).open("rb") as raw:
                        self._open = raw
                        yield from self._of(_unpacked(raw, file), file, _bare(file))
                except (OSError, EOFError, lzma.LZMAError, ArchiveLoadFailed) as error:
                    raise InvalidArticleError(f"{file} cannot be read: {error}.") from error
                finally:
                    self._open = None
            self._passed += size

    def _of(self, content: IO[bytes], called: str, name: str) -> Iterator[Item]:
        if self._format == LINES or (self._format is None and (not name or Path(name).suffix in LINE_SUFFIXES)):
            yield from _lines(content, called, b"")
            return
        if self._format == WARC or (self._format is None and Path(name).suffix in ARCHIVE_SUFFIXES):
            yield from _pages(content, called)
            return
        begin = b"" if self._format else content.readline(LONGEST_LINE)
        if _is_first_of_lines(begin) and (more := content.read(1)):
            yield from _lines(content, called, begin + more)
            return
        whole = begin + content.read(LARGEST_DOCUMENT - len(begin))
        if content.read(1):
            yield Item(called, fault=f"a document may have {LARGEST_DOCUMENT:,} bytes.")
            return
        yield from _documents(whole, called, named(self._format) if self._format else recognise(whole, name))


def _lines(content: IO[bytes], called: str, begin: bytes) -> Iterator[Item]:
    splitter = LineSplitter(LONGEST_LINE)
    number, more = 0, True
    while more:
        piece, begin = begin or content.read(PIECE), b""
        more = bool(piece)
        for line in splitter.feed(piece) if more else splitter.end():
            number += 1
            if line is None:
                yield Item(f"{called}:{number}", fault=f"a line may have {LONGEST_LINE:,} bytes.")
                continue
            record = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if record.strip():
                yield Item(f"{called}:{number}", record)


def _documents(content: bytes, called: str, format_: Format, charset: str | None = None) -> Iterator[Item]:
    if format_ is Format.JSON:  # like a line, with whatever fields it has
        yield Item(called, content.removeprefix(codecs.BOM_UTF8).translate(_ONE_LINE))
        return
    try:
        documents = read(content, format_, charset)
    except InvalidDocumentError as error:
        yield Item(called, fault=str(error.about("it")).removeprefix("it "))
        return
    for place, document in enumerate(documents, 1):
        yield Item(called if len(documents) == 1 else f"{called}, document {place}", document=document)


def _pages(content: IO[bytes], called: str) -> Iterator[Item]:
    """The articles on the pages of an archive, under the pages' addresses where they name no id."""
    for page in pages(content, LARGEST_DOCUMENT):
        place = f"{called}, {page.address}"
        if page.content is None:
            yield Item(place, fault=f"a document may have {LARGEST_DOCUMENT:,} bytes.")
            continue
        for item in _documents(page.content, place, Format.HTML, page.charset):
            document = item.document
            if document is not None and document.id is None and page.address:
                storable = len(page.address) <= LONGEST_ID and page.address.isprintable()
                named_so = page.address if storable else short_id(page.address)
                item = replace(item, document=document.under(named_so))  # noqa: PLW2901 - the same item
            yield item


def _is_first_of_lines(line: bytes) -> bool:
    """Whether it is an object by itself, so that what follows is another one."""
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


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    opener = OPENERS.get(Path(name).suffix.lower())
    if opener is None:
        return raw
    unpacked: IO[bytes] = opener(raw)
    return unpacked


def _bare(name: str) -> str:
    path = Path(name.lower())
    return path.stem if path.suffix in OPENERS else path.name


def _size(name: str) -> int:
    return 0 if name == STANDARD_INPUT else Path(name).stat().st_size


def _changed(name: str) -> int:
    return 0 if name == STANDARD_INPUT else Path(name).stat().st_mtime_ns
