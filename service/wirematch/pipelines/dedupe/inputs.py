"""The inputs of a dedupe run: JSON lines, news documents, web archives, folders of these, pipes, standard input.

Items come in the same order every time, so that an interrupted run can be resumed at the number of an item. A file that
is damaged or truncated yields its complete items, and one that says what was lost.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from warcio.exceptions import ArchiveLoadFailed

from wirematch.formats.encoding import check_charset
from wirematch.formats.packing import LONGEST_MARK, Unpacked, packed_as
from wirematch.formats.parse_options import DEFAULT_PARSE_OPTIONS, ParseOptions
from wirematch.formats.registry import named
from wirematch.pipelines.dedupe import items as item_reading
from wirematch.pipelines.dedupe.input_files import STANDARD_INPUT, InputFile, find_files, printable
from wirematch.pipelines.dedupe.items import LINES, WARC, Item, ItemReader


class Inputs:
    """The files to read, and how much of them has been read."""

    def __init__(  # noqa: PLR0913 - what is told of the inputs
        self,
        names: Sequence[str],
        format_name: str | None = None,
        leave_out: Sequence[Path] = (),
        *,
        parse_options: ParseOptions = DEFAULT_PARSE_OPTIONS,
        text_field: str = "body",
        charset: str | None = None,
    ) -> None:
        """Find the files named, or in folders named, in ``names``.

        ``format_name`` None detects each file's format; ``leave_out`` has paths to skip within folders. ``text_field``
        names the text of a JSON row, by which a list of rows is recognised; ``charset`` is the encoding of files that
        do not declare one. Raises InvalidArticleError if a file does not exist, UnknownFormatError for an unknown
        ``format_name``, and InvalidDocumentError for an unknown ``charset``.
        """
        if format_name is not None and format_name not in {LINES, WARC}:
            named(format_name)
        if charset is not None:
            check_charset(charset)
        self._reader = ItemReader(format_name, parse_options, text_field, charset)
        hidden = {path.absolute() for path in leave_out}
        self.files = [file for name in names for file in find_files(name, hidden)]
        self._finished_bytes = 0
        self._open: IO[bytes] | None = None

    @property
    def streamed(self) -> bool:
        """Whether any input can be read only once."""
        return any(file.streamed for file in self.files)

    @property
    def total_bytes(self) -> int | None:
        """Size of all files; None if any is streamed."""
        return None if self.streamed else sum(file.size for file in self.files)

    @property
    def bytes_read(self) -> int:
        """How many of ``total_bytes`` have been read; in compressed files, compressed bytes count."""
        return self._finished_bytes + (self._open.tell() if self._open is not None and self._open.seekable() else 0)

    @property
    def names(self) -> list[str]:
        """The name of each file."""
        return [printable(file.path) for file in self.files]

    def items(self) -> Iterator[Item]:
        """Yield every item, file by file."""
        self._finished_bytes = 0
        for number, file in enumerate(self.files):
            for item in self._items_in(file):
                yield replace(item, file=number)
            self._finished_bytes += file.size

    def _items_in(self, file: InputFile) -> Iterator[Item]:
        try:
            raw = file.open()
        except OSError as error:
            yield Item(file.display_name, fault=f"cannot be read: {error.strerror}.", lost=True)
            return
        try:
            self._open = raw
            yield from self._unpacked_items(raw, file)
        except (OSError, EOFError, ArchiveLoadFailed) as error:
            yield Item(file.display_name, fault=f"cannot be read: {error}.", lost=True)
        finally:
            self._open = None
            if file.path != STANDARD_INPUT:
                raw.close()

    def _unpacked_items(self, raw: IO[bytes], file: InputFile) -> Iterator[Item]:
        buffered: Any = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)
        if packed_as(buffered.peek(LONGEST_MARK)[:LONGEST_MARK]) is None:
            yield from self._reader.items(buffered, file)
            return
        unpacked = Unpacked(buffered)
        content = io.BufferedReader(unpacked, item_reading.READ_BYTES)
        cut = _CutLine(file.display_name)
        read_on = yield from cut.held_back(self._reader.items(content, file, unpacked))
        while (damage := unpacked.damage) is not None:
            at = unpacked.resume() if read_on is not None else None
            rest = "what follows is lost" if at is None else f"what follows is lost up to byte {at:,}"
            yield Item(cut.place, fault=f"{damage}; {rest}.", lost=True)
            if read_on is None or at is None:
                return
            content.detach()  # or the stream would be closed with its reader
            content = io.BufferedReader(unpacked, item_reading.READ_BYTES)
            cut = _CutLine(f"{file.display_name} from byte {at:,}")
            yield from cut.held_back(read_on(content, cut.place))


class _CutLine:
    """Holds back the line within which damage ends what could be read: one loss is one item."""

    def __init__(self, place: str) -> None:
        self.place = place
        """Of this line, if there is one; until it is known, that of the content."""

    def held_back(self, items: Iterator[Item]) -> Generator[Item, None, Any]:
        """Yield all other items; returns what the generator ``items`` returns."""
        while True:
            try:
                item = next(items)
            except StopIteration as end:
                return end.value
            if item.cut:
                self.place = item.place
            else:
                yield item
