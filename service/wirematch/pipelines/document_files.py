"""Files with news documents, as the command line names them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from wirematch.detection.documents import one
from wirematch.errors import InvalidArticleError, InvalidDocumentError, SeveralDocumentsError
from wirematch.formats.document import Document, Documents
from wirematch.formats.packing import unpack
from wirematch.formats.reading import Reading
from wirematch.formats.registry import named, read, recognise
from wirematch.models import Article
from wirematch.pipelines.dedupe.inputs import LARGEST_DOCUMENT
from wirematch.pipelines.dedupe.sources import PACKED_SUFFIXES, STANDARD_INPUT


def read_one(file: str, format_name: str | None, reading: Reading) -> Document:
    """The only document of a file; SeveralDocumentsError when it holds more."""
    try:
        return one(read_file(file, format_name, reading))
    except SeveralDocumentsError as error:
        raise error.about(called(file)) from error


def article_of(file: str, document: Document) -> Article:
    """A document's article; InvalidArticleError for a withdrawal without one."""
    if document.article is None:
        raise InvalidArticleError(f"{called(file)} is a withdrawal without a text, so there is nothing to compare.")
    return document.article


def read_file(file: str, format_name: str | None, reading: Reading, source: str | None = None) -> Documents:
    """The documents of a file; ``source`` is whose they are where they name none."""
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        raise InvalidArticleError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        content = unpack(content, LARGEST_DOCUMENT)
        name = str(Path(file).with_suffix("")) if Path(file).suffix.lower() in PACKED_SUFFIXES else file
        format_ = named(format_name) if format_name else recognise(content, name)
        return read(content, format_, reading=replace(reading, source=source))
    except InvalidDocumentError as error:
        raise error.about(called(file)) from error


def called(file: str) -> str:
    """What a reader knows a file by."""
    return "standard input" if file == STANDARD_INPUT else file
