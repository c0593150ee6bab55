"""Files that people have beside their texts and that are not read, by how they begin, so that errors can name them."""

from __future__ import annotations

_BEGINNINGS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a DOCX, an ODT or another packed file",
    b"\xd0\xcf\x11\xe0": "a DOC or another old office file",
    b"{\\rtf": "an RTF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}


def kind_of(content: bytes) -> str | None:
    """Return what the content is, with its article; None unless it is known not to be a text."""
    return next((kind for begin, kind in _BEGINNINGS.items() if content.startswith(begin)), None)
