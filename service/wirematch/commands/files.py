"""Articles from files and standard input, in any known news format."""

from __future__ import annotations

import sys
from pathlib import Path

from wirematch.detection.documents import one
from wirematch.errors import InvalidArticleError, InvalidDocumentError, SeveralDocumentsError
from wirematch.formats.document import Document
from wirematch.formats.registry import named, read, recognise
from wirematch.models import Article

STANDARD_INPUT = "-"


def read_documents(file: str, format_name: str | None = None) -> list[Document]:
    """All documents in ``file``, or in standard input for ``-``.

    Without ``format_name`` the file's name and content decide on the format. InvalidArticleError or one of its
    subclasses, naming the file, when it cannot be read; UnknownFormatError for an unknown ``format_name``.
    """
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
    except OSError as error:
        raise InvalidArticleError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        return read(content, named(format_name) if format_name else recognise(content, file))
    except InvalidDocumentError as error:
        raise error.about(_display_name(file)) from error


def read_article(file: str, format_name: str | None = None) -> Article:
    """The only article in ``file``; raises as :func:`read_documents`, and when there are several articles or none."""
    try:
        article = one(read_documents(file, format_name)).article
    except SeveralDocumentsError as error:
        raise error.about(_display_name(file)) from error
    if article is None:
        raise InvalidArticleError(
            f"{_display_name(file)} is a withdrawal without a text, so there is nothing to compare."
        )
    return article


def _display_name(file: str) -> str:
    return "standard input" if file == STANDARD_INPUT else file
