from __future__ import annotations

from collections.abc import Callable

import pytest

from support.formats_documents import DOCUMENTS
from wirematch.errors import InvalidDocumentError
from wirematch.formats.document import Document
from wirematch.formats.parse_options import ParseOptions
from wirematch.formats.registry import Format, read, recognise


@pytest.fixture
def documents() -> Callable[[str], list[Document]]:
    """Return the documents in a file of ``tests/documents``, read as the command line does."""

    def documents_of(name: str) -> list[Document]:
        content = (DOCUMENTS / name).read_bytes()
        return read(content, recognise(content, name))

    return documents_of


@pytest.fixture
def document(documents) -> Callable[[str], Document]:
    """Return the only document in a file."""

    def document_of(name: str) -> Document:
        (only,) = documents(name)
        return only

    return document_of


@pytest.fixture
def refused() -> Callable[[bytes | str, Format], InvalidDocumentError]:
    """Return the refusal of a content when warnings are errors."""

    def refusal_of(content: bytes | str, format_: Format) -> InvalidDocumentError:
        with pytest.raises(InvalidDocumentError) as refusal:
            read(
                content.encode() if isinstance(content, str) else content,
                format_,
                parse_options=ParseOptions(strict=True),
            )
        assert "\n" not in str(refusal.value)
        return refusal.value

    return refusal_of
