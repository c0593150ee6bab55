"""What is to be deduplicated: files of lines, documents in any known format, folders of both, standard input.

Items come in the same order every time, so that one who was interrupted can go on at a number. A file that is damaged
or ends early gives what is whole of it, and an item that says what was lost.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from warcio.exceptions import ArchiveLoadFailed

from wirematch.errors import InvalidDocumentError
from wirematch.formats.document import LONGEST_ID, Document, short_id
from wirematch.formats.json_text import load_json, load_loose_json
from wirematch.formats.lines import LineSplitter
from wirematch.formats.packing import LONGEST_MARK, Unpacked, packed_as
from wirematch.formats.reading import AS_IT_COMES, Reading
from wirematch.formats.registry import Format, named, read, recognise
from wirematch.pipelines.dedupe.sources import STANDARD_INPUT, Source, find_sources
from wirematch.pipelines.dedupe.warc import Lost, pages

LINES = "ndjson"
"""The name of the format that has one record in JSON a line."""
WARC = "warc"
"""The name of the format of web archives, which hold many pages."""
LINE_SUFFIXES = frozenset({".ndjson", ".jsonl", ".jsonlines", ".ldjson"})
ARCHIVE_SUFFIXES = frozenset({".warc", ".arc"})
LONGEST_LINE = 16 * 1024 * 1024
LARGEST_DOCUMENT = 64 * 1024 * 1024
PIECE = 256 * 1024
LISTS = ("items", "item", "articles", "entries", "records", "documents", "stories", "results", "data")
"""Members of an object in JSON that may hold a list of records."""
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
"""In JSON, an end of a line is always space between tokens."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Item:
    """One line or one document; with a ``fault`` it is neither."""

    place: str
    line: bytes | None = None
    document: Document | None = None
    fault: str | None = None
    lost: bool = False
    """Whether the fault is that a part of the input could not be read at all."""
    source: int = 0
    """The number of the input that it is from."""


class Inputs:
    """All that is read, and how far it has come."""

    def __init__(
        self,
        names: Sequence[str],
        format_name: str | None = None,
        leave_out: Sequence[Path] = (),
        *,
        reading: Reading = AS_IT_COMES,
        text_field: str = "body",
    ) -> None:
        """InvalidArticleError when a file is not there; files in ``leave_out`` are passed over in folders.

        ``text_field`` is the member of a record in JSON that has its text.
        """
        self._format = format_name
        self._reading = reading
        self._text_field = text_field
        if format_name is not None and format_name not in {LINES, WARC}:
            named(format_name)
        hidden = {path.absolute() for path in leave_out}
        self.sources = [source for name in names for source in find_sources(name, hidden)]
        self._passed = 0
        self._open: IO[bytes] | None = None

    @property
    def streams(self) -> bool:
        """Whether some of it can be read only once."""
        return any(source.streams for source in self.sources)

    @property
    def bytes_in_all(self) -> int | None:
        """None where standard input or a pipe is among them."""
        return None if self.streams else sum(source.size for source in self.sources)

    @property
    def bytes_read(self) -> int:
        """Of the files as they lie there, packed or not."""
        return self._passed + (self._open.tell() if self._open is not None and self._open.seekable() else 0)

    @property
    def facts(self) -> list[list[str | int]]:
        """Names, sizes and times of change: whether these are the same inputs as before."""
        return [source.facts for source in self.sources]

    def items(self) -> Iterator[Item]:
        """Every item, one file after the other."""
        self._passed = 0
        for number, source in enumerate(self.sources):
            try:
                raw = source.open()
            except OSError as error:
                yield Item(source.called, fault=f"cannot be read: {error.strerror}.", lost=True, source=number)
                continue
            try:
                self._open = raw
                for item in self._unpacked(raw, source):
                    yield replace(item, source=number)
            except (OSError, EOFError, ArchiveLoadFailed) as error:
                yield Item(source.called, fault=f"cannot be read: {error}.", lost=True, source=number)
            finally:
                self._open = None
                if source.path != STANDARD_INPUT:
                    raw.close()
            self._passed += source.size

    def _unpacked(self, raw: IO[bytes], source: Source) -> Iterator[Item]:
        buffered: Any = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
        if packed_as(buffered.peek(LONGEST_MARK)[:LONGEST_MARK]) is None:
            yield from self._of(buffered, source)
            return
        unpacked = Unpacked(buffered)
        yield from self._of(io.BufferedReader(unpacked, PIECE), source, unpacked)
        if unpacked.damage is not None:
            yield Item(source.called, fault=f"{unpacked.damage}; what follows is lost.", lost=True)

    def _of(self, content: Any, source: Source, unpacked: Unpacked | None = None) -> Iterator[Item]:
        name, called = source.name, source.called
        suffix = Path(name).suffix
        if self._format == WARC or (self._format is None and suffix in ARCHIVE_SUFFIXES):
            yield from self._pages(content, called)
            return
        begin = content.peek(PIECE)
        if begin[:2] in _WIDE and self._format in {None, LINES} and (not name or suffix in LINE_SUFFIXES):
            content = io.BufferedReader(_Narrowed(content), PIECE)
            begin = content.peek(PIECE)
        is_list = begin.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["
        if (self._format == LINES or (self._format is None and (not name or suffix in LINE_SUFFIXES))) and not is_list:
            yield from _lines(content, called, b"", unpacked)
            return
        first = b"" if self._format or is_list else content.readline(LONGEST_LINE)
        if _is_first_of_lines(first) and (more := content.read(1)):
            yield from _lines(content, called, first + more, unpacked)
            return
        whole = first + content.read(LARGEST_DOCUMENT - len(first))
        if content.read(1):
            yield Item(called, fault=f"a document may have {LARGEST_DOCUMENT:,} bytes.", lost=True)
            return
        if unpacked is not None and unpacked.damage is not None:
            return  # a document is whole or none, and what follows says why
        in_lines = self._format in {None, LINES} and (is_list or suffix == ".json")
        if in_lines and (records := self._records(whole)) is not None:
            for number, record in enumerate(records, 1):
                yield Item(f"{called}, record {number}", record)
            return
        yield from self._documents(whole, called, self._format_of(whole, name))

    def _format_of(self, whole: bytes, name: str) -> Format:
        return recognise(whole, name) if self._format in {None, LINES} else named(str(self._format))

    def _records(self, whole: bytes) -> list[bytes] | None:
        """The records of a list in JSON, by itself or under a name, each as a line; None where it is no such."""
        try:
            value, _ = load_loose_json(whole)
        except InvalidDocumentError:
            return None
        if isinstance(value, dict) and self._text_field.partition(".")[0] not in value:
            value = next((value[name] for name in LISTS if isinstance(value.get(name), list)), None)
        if not isinstance(value, list) or not any(self._has_text(record) for record in value):
            return None
        return [json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") for record in value]

    def _has_text(self, record: Any) -> bool:
        for name in self._text_field.split("."):
            record = record.get(name) if isinstance(record, dict) else None
        return isinstance(record, str)

    def _documents(self, content: bytes, called: str, format_: Format, charset: str | None = None) -> Iterator[Item]:
        if format_ is Format.JSON:  # like a line, with whatever fields it has
            yield Item(called, content.removeprefix(codecs.BOM_UTF8).translate(_ONE_LINE))
            return
        try:
            documents = read(content, format_, charset, self._reading)
        except InvalidDocumentError as error:
            yield Item(called, fault=str(error.about("it")).removeprefix("it "))
            return
        alone = len(documents) == 1 and not documents.refused
        for place, document in enumerate(documents, 1):
            yield Item(called if alone else f"{called}, document {place}", document=document)
        for fault in documents.refused:
            yield Item(f"{called}, {fault.place}", fault=f"{fault.message}.")

    def _pages(self, content: IO[bytes], called: str) -> Iterator[Item]:
        """The articles on the pages of an archive, under the pages' addresses where they name no id."""
        for page in pages(content, LARGEST_DOCUMENT):
            if isinstance(page, Lost):
                yield Item(f"{called}, {page.place}", fault=page.reason, lost=True)
                continue
            place = f"{called}, {page.address}"
            if page.content is None:
                told = page.damage or f"a document may have {LARGEST_DOCUMENT:,} bytes."
                yield Item(place, fault=told, lost=page.damage is not None)
                continue
            for item in self._documents(page.content, place, Format.HTML, page.charset):
                document = item.document
                if document is not None and document.id is None and page.address:
                    storable = len(page.address) <= LONGEST_ID and page.address.isprintable()
                    named_so = page.address if storable else short_id(page.address)
                    item = replace(item, document=document.under(named_so))  # noqa: PLW2901 - the same item
                yield item


class _Narrowed(io.RawIOBase):
    """UTF-16, marked as such, in UTF-8."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and (piece := self._raw.read(PIECE)):
            self._ready = self._decoder.decode(piece).encode("utf-8", "replace")
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)


def _lines(content: IO[bytes], called: str, begin: bytes, unpacked: Unpacked | None) -> Iterator[Item]:
    splitter = LineSplitter(LONGEST_LINE)
    number, more = 0, True
    while more:
        piece, begin = begin or content.read(PIECE), b""
        more = bool(piece)
        damaged = not more and unpacked is not None and unpacked.damage is not None
        for line in splitter.feed(piece) if more else splitter.end():
            number += 1
            if line is None:
                yield Item(f"{called}:{number}", fault=f"a line may have {LONGEST_LINE:,} bytes.")
                continue
            record = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
            if damaged and not _is_json(record):
                yield Item(f"{called}:{number}", fault="the input ends within this line.", lost=True)
            elif record.strip():
                yield Item(f"{called}:{number}", record)


def _is_json(line: bytes) -> bool:
    try:
        load_json(line)
    except InvalidDocumentError:
        return False
    return True


def _is_first_of_lines(line: bytes) -> bool:
    """Whether it is an object by itself, so that what follows is another one."""
    try:
        return isinstance(load_json(line), dict) and line.endswith(b"\n")
    except InvalidDocumentError:
        return False
