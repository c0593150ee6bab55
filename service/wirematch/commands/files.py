"""Articles from files and standard input, in any known news format."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wirematch.composition.from_settings import make_parse_options
from wirematch.detection.documents.intake import only_document
from wirematch.errors import InvalidArticleError, InvalidDocumentError, InvalidSettingError, SeveralDocumentsError
from wirematch.formats.document import Document, Documents
from wirematch.formats.encoding import check_charset
from wirematch.formats.packing import unpack
from wirematch.formats.registry import LINES, named, read, recognise
from wirematch.models import Article
from wirematch.pipelines.dedupe.input_files import LARGEST_DOCUMENT, STANDARD_INPUT, printable, uncompressed_name
from wirematch.pipelines.dedupe.items import LINE_SUFFIXES
from wirematch.settings import Settings


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user specifies about the files."""

    format_name: str | None = None
    """None detects it by a file's name and content."""
    source: str | None = None
    """Agency or outlet of documents that name none."""
    charset: str | None = None
    """Encoding of the files; None detects it."""
    strict: bool = False
    """Whether documents that would be read with a warning are refused."""


def read_documents(file: str, options: ReadOptions, settings: Settings) -> Documents:
    """Return all documents in ``file``, or in standard input for ``-``, and what in it could not be read.

    Raises InvalidArticleError or one of its subclasses, naming the file, if nothing can be read; UnknownFormatError for
    an unknown ``format_name``.
    """
    content = read_bytes(file)
    if options.format_name is None and Path(uncompressed_name(file)).suffix in LINE_SUFFIXES:
        raise InvalidDocumentError(LINES, subject=display_name(file))
    try:
        content = unpack(content, LARGEST_DOCUMENT)
        if options.charset is not None:
            check_charset(options.charset)
        format_ = named(options.format_name) if options.format_name else recognise(content, uncompressed_name(file))
        parse_options = replace(make_parse_options(settings, strict=options.strict), source=options.source)
        return read(content, format_, options.charset, parse_options)
    except InvalidDocumentError as error:
        raise error.about(display_name(file)) from error


def read_document(file: str, options: ReadOptions, settings: Settings) -> tuple[Document, Article]:
    """Return the only document in ``file`` and its article.

    Raises as :func:`read_documents`, and if there are several or none.
    """
    try:
        document = only_document(read_documents(file, options, settings))
    except SeveralDocumentsError as error:
        raise error.about(display_name(file)) from error
    if document.article is None:
        raise InvalidArticleError(
            f"{display_name(file)} is a withdrawal without a text, so there is nothing to compare."
        )
    return document, document.article


def read_bytes(file: str) -> bytes:
    """Return the content of ``file``, or of standard input for ``-``. Raises InvalidArticleError."""
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        raise InvalidArticleError(f"{display_name(file)} cannot be read: {error.strerror}.") from error


def write_file(file: Path, text: str) -> None:
    """Write a file in UTF-8, with line ends as they are. Raises InvalidSettingError."""
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InvalidSettingError(f"{file} cannot be written: {error.strerror}.") from error


def check_writable(file: Path) -> None:
    """Raise InvalidSettingError if a file cannot be written, before the work is done whose result it is to hold."""
    there = file if file.exists() else file.parent
    if file.is_dir():
        fault = errno.EISDIR
    elif not there.exists():
        fault = errno.ENOENT
    elif not os.access(there, os.W_OK):
        fault = errno.EACCES
    else:
        return
    raise InvalidSettingError(f"{file} cannot be written: {os.strerror(fault)}.")


def check_named_once(files: Sequence[str]) -> None:
    """Raise InvalidArticleError if standard input is given twice, as it can be read only once."""
    if list(files).count(STANDARD_INPUT) > 1:
        raise InvalidArticleError("Standard input can be read once: give '-' for one of the files only.")


def display_name(file: str) -> str:
    """Return the name of a file in messages."""
    return "standard input" if file == STANDARD_INPUT else printable(file)
