"""The items in an input file: lines, documents, the rows of a JSON list, or the pages of a web archive."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from wirematch.errors import InvalidDocumentError
from wirematch.formats.document import LONGEST_ID, Document, short_id
from wirematch.formats.encoding import check_charset, decode, to_utf8
from wirematch.formats.json_text import load_json, load_loose_json
from wirematch.formats.lines import LineSplitter
from wirematch.formats.packing import Unpacked
from wirematch.formats.parse_options import ParseOptions
from wirematch.formats.registry import Format, named, read, recognise
from wirematch.pipelines.dedupe.input_files import BYTE_ORDER_MARKS, LARGEST_DOCUMENT, InputFile, Utf8FromUtf16
from wirematch.pipelines.dedupe.warc import LostPart, pages

LIST_MEMBERS = ("items", "item", "articles", "entries", "records", "documents", "stories", "results", "data")
"""Members of an object that may hold the list."""


LINES = "ndjson"
"""The format with a JSON object on each line."""
WARC = "warc"
"""The format of web archives."""
LINE_SUFFIXES = frozenset({".ndjson", ".jsonl", ".jsonlines", ".ldjson"})
ARCHIVE_SUFFIXES = frozenset({".warc", ".arc"})
LONGEST_LINE = 16 * 1024 * 1024
"""In bytes."""
READ_BYTES = 256 * 1024
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")
"""Puts a JSON document on one line; line breaks in JSON can only be white space between tokens."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line or a document or, in ``fault``, the reason why there is neither."""

    place: str
    """File and line, for messages."""
    line: bytes | None = None
    document: Document | None = None
    fault: str | None = None
    lost: bool = False
    """Whether the fault is that a part of the input could not be read."""
    cut: bool = False
    """Whether the fault is that damaged content ends within this line; it is told together with the damage."""
    file: int = 0
    """Index of the file among the inputs."""

    @property
    def content(self) -> bytes:
        """What a run makes of it; another one in its place would have other content."""
        if self.line is not None:
            return self.line
        article = self.document.article if self.document is not None else None
        return (self.fault or (article.body if article is not None else "")).encode("utf-8", "surrogatepass")


ReadOn = Callable[[Any, str], Iterator[Item]]
"""Yields the items of a buffered reader that begins anywhere in a file; the text is the place, for messages."""


class ItemReader:
    """Reads the files of one run."""

    def __init__(
        self, format_name: str | None, parse_options: ParseOptions, text_field: str, charset: str | None = None
    ) -> None:
        """``format_name`` None detects each file's format; ``text_field`` names the text of a JSON row.

        ``charset`` is the encoding of files that do not declare one.
        """
        self._format = format_name
        self._parse_options = parse_options
        self._text_field = text_field
        self._charset = charset

    def items(
        self, content: Any, file: InputFile, unpacked: Unpacked | None = None
    ) -> Generator[Item, None, ReadOn | None]:
        """Yield the items in ``content``, a buffered reader; ``unpacked`` is the stream below it if it is compressed.

        Returns how what follows damage can be read; None if parts of such a file are useless. Raises warcio's
        ArchiveLoadFailed for a file that is not a web archive.
        """
        name, place = file.name, file.display_name
        suffix = Path(name).suffix
        if self._format == WARC or (self._format is None and suffix in ARCHIVE_SUFFIXES):
            yield from self._pages(content, place)
            return self._pages
        may_be_lines = self._format == LINES or (self._format is None and (not name or suffix in LINE_SUFFIXES))
        begin = content.peek(READ_BYTES)
        is_utf_16 = may_be_lines and begin[:2] in BYTE_ORDER_MARKS
        if is_utf_16:
            content = io.BufferedReader(Utf8FromUtf16(content), READ_BYTES)
            begin = content.peek(READ_BYTES)
        is_list = begin.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"["

        def read_on(content: IO[bytes], place: str) -> Iterator[Item]:
            return self._rows(_lines(content, place, b"", unpacked))

        if may_be_lines and not is_list:
            yield from read_on(content, place)
            return None if is_utf_16 else read_on  # nobody knows where a character of two bytes begins
        first = b"" if self._format or is_list else content.readline(LONGEST_LINE)
        if _is_json_line(first) and (more := content.read(1)):
            yield from self._rows(_lines(content, place, first + more, unpacked))
            return read_on
        whole = first + content.read(LARGEST_DOCUMENT - len(first))
        if content.read(1):
            yield Item(place, fault=f"a document may have at most {LARGEST_DOCUMENT:,} bytes.", lost=True)
        elif unpacked is None or unpacked.damage is None:  # an incomplete document is useless; the caller reports it
            yield from self._whole(whole, name, place, is_list=is_list)
        return None

    def _whole(self, content: bytes, name: str, place: str, *, is_list: bool) -> Iterator[Item]:
        """Yield the items of a file that is read as a whole: the rows of a JSON list, or documents."""
        may_be_list = self._format in {None, LINES} and (is_list or Path(name).suffix == ".json")
        rows = rows_in_list(content, self._text_field, self._charset) if may_be_list else None
        if rows is not None:
            for number, row in enumerate(rows, 1):
                yield Item(f"{place}, record {number}", row)
            return
        try:
            format_ = recognise(content, name) if self._format in {None, LINES} else named(str(self._format))
        except InvalidDocumentError as error:
            yield Item(place, fault=f"{error.reason}.", lost=True)
            return
        yield from self._documents(content, place, format_)

    def _rows(self, rows: Iterator[Item]) -> Iterator[Item]:
        """Convert rows of JSON to UTF-8."""
        for item in rows:
            if self._charset is None or item.line is None:
                yield item
                continue
            try:
                yield replace(item, line=decode(item.line, self._charset).encode())
            except InvalidDocumentError as error:
                yield Item(item.place, fault=str(error.about("it")).removeprefix("it "))

    def _documents(self, content: bytes, file: str, format_: Format, charset: str | None = None) -> Iterator[Item]:
        if format_ is Format.JSON:  # a row, like a line of JSON lines
            yield from self._rows(iter([Item(file, content.removeprefix(codecs.BOM_UTF8).translate(_ONE_LINE))]))
            return
        try:
            documents = read(content, format_, charset or self._charset, self._parse_options)
        except InvalidDocumentError as error:
            yield Item(file, fault=str(error.about("it")).removeprefix("it "))
            return
        alone = len(documents) == 1 and not documents.refused
        for number, document in enumerate(documents, 1):
            yield Item(file if alone else f"{file}, document {number}", document=document)
        for fault in documents.refused:
            yield Item(f"{file}, {fault.place}", fault=f"{fault.message}.")

    def _pages(self, content: IO[bytes], archive: str) -> Iterator[Item]:
        """Yield the articles on the pages of an archive; one without an id gets the page's URL as its id."""
        for page in pages(content, LARGEST_DOCUMENT):
            if isinstance(page, LostPart):
                yield Item(f"{archive}, {page.place}", fault=page.reason, lost=True)
                continue
            place = f"{archive}, {page.address}"
            if page.content is None:
                fault = page.damage or f"a document may have at most {LARGEST_DOCUMENT:,} bytes."
                yield Item(place, fault=fault, lost=page.damage is not None)
                continue
            for item in self._documents(page.content, place, Format.HTML, _known(page.charset)):
                document = item.document
                if document is not None and document.id is None and page.address:
                    storable = len(page.address) <= LONGEST_ID and page.address.isprintable()
                    page_id = page.address if storable else short_id(page.address)
                    item = replace(item, document=document.under(page_id))  # noqa: PLW2901 - the same item
                yield item


def _known(charset: str | None) -> str | None:
    """The encoding that a server named; None if it is unknown, as browsers then also go by the page itself."""
    try:
        check_charset(charset or "")
    except InvalidDocumentError:
        return None
    return charset


def _lines(content: IO[bytes], file: str, begin: bytes, unpacked: Unpacked | None) -> Iterator[Item]:
    """Yield the lines of ``begin``, already read, and of the rest of ``content``; blank ones are skipped."""
    splitter = LineSplitter(LONGEST_LINE)
    number, more = 0, True
    while more:
        piece, begin = begin or content.read(READ_BYTES), b""
        more = bool(piece)
        cut_off = not more and unpacked is not None and unpacked.damage is not None
        for line in splitter.feed(piece) if more else splitter.end():
            number += 1
            if line is None:
                yield Item(f"{file}:{number}", fault=f"a line may have at most {LONGEST_LINE:,} bytes.")
                continue
            row = line.removeprefix(codecs.BOM_UTF8)  # also where files with one each were joined
            if cut_off and not _is_json(row):
                yield Item(f"{file}:{number}", fault="the input ends within this line.", lost=True, cut=True)
            elif row.strip():
                yield Item(f"{file}:{number}", row)


def _is_json(line: bytes) -> bool:
    try:
        load_json(line)
    except InvalidDocumentError:
        return False
    return True


def _is_json_line(line: bytes) -> bool:
    """Whether the line is a complete JSON object, which suggests JSON lines."""
    try:
        return isinstance(load_json(line), dict) and line.endswith(b"\n")
    except InvalidDocumentError:
        return False


def rows_in_list(content: bytes, text_field: str, charset: str | None = None) -> list[bytes] | None:
    """Return the rows as JSON lines; None if ``content`` has no list of objects with text in ``text_field``.

    Dots in ``text_field`` lead into nested objects. An object that itself has a ``text_field`` is a row, not a list.
    """
    try:
        value, _ = load_loose_json(to_utf8(content, charset) if charset else content)
    except InvalidDocumentError:
        return None
    if isinstance(value, dict) and text_field.partition(".")[0] not in value:
        value = next((value[name] for name in LIST_MEMBERS if isinstance(value.get(name), list)), None)
    if not isinstance(value, list) or not any(_has_text(row, text_field) for row in value):
        return None
    return [json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") for row in value]


def _has_text(row: Any, text_field: str) -> bool:
    for name in text_field.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return isinstance(row, str)
