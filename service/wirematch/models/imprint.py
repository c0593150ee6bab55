"""The imprint that may be stored in place of a text (``docs/privacy.md``)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import NamedTuple, Self


class Imprint(NamedTuple):
    """All that searching and comparing need of a text, without its letters."""

    words: bytes
    """Its scored words as numbers and positions (``text/imprint.py``)."""
    shingles: bytes
    """Its shingles: sorted, 32 bits each, little-endian."""
    counted: int
    """Number of words that its fingerprint counted."""
    known: bool
    """Whether its fingerprint recognised the language."""

    def as_json(self) -> list[str | int | bool]:
        """The form in which a record stores it."""
        return [b64encode(self.words).decode(), b64encode(self.shingles).decode(), self.counted, self.known]

    @classmethod
    def of_json(cls, kept: tuple[str, str, int, bool]) -> Self:
        """The inverse of ``as_json``; ValueError or TypeError for anything else."""
        words, shingles, counted, known = kept
        return cls(b64decode(words, validate=True), b64decode(shingles, validate=True), int(counted), bool(known))
