"""Stories that a wire sends in several takes: leads and write-throughs replace the story, additions extend it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wirematch.formats.document import Document, FieldValue

_NUMBER = r"(?:(?P<number>\d{1,2})(?:st|nd|rd|th)?|(?P<word>first|second|third|fourth|fifth))?"
_LEAD = re.compile(rf"\b{_NUMBER}\s*-?(?:ld|lead)\b(?:\s*-\s*writethr[ou]+(?:gh)?)?", re.IGNORECASE)
_WRITETHROUGH = re.compile(r"\bwrite-?thr(?:u|ough)\b", re.IGNORECASE)
_ADD = re.compile(rf"\b{_NUMBER}\s*-?add\b", re.IGNORECASE)
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


@dataclass(frozen=True, slots=True)
class Take:
    """Which part of a story a message is."""

    lead: int = 0
    """0 for the first version, n for the nth lead."""
    add: int = 0
    """0 for a whole version, n for the nth addition to it."""

    @property
    def version(self) -> str:
        """A version that orders takes: an addition follows what it extends, and precedes the next lead."""
        return f"{self.lead + 1}.{self.add}" if self.add else str(self.lead + 1)


def take_of(keyword: str) -> tuple[str, Take]:
    """Return the story's keyword, without the words about takes, and the take."""
    lead = _LEAD.search(keyword)
    add = _ADD.search(keyword)
    leads = _count(lead) if lead is not None else int(_WRITETHROUGH.search(keyword) is not None)
    bare = _ADD.sub("", _WRITETHROUGH.sub("", _LEAD.sub("", keyword)))
    return " ".join(re.sub(r"[\s,;/-]+$", "", bare).split()), Take(leads, _count(add) if add is not None else 0)


def of_take(document: Document, take: Take, alone: FieldValue | None) -> Document:
    """Mark the document as an addition if it is one; if it is no take at all, also set the id of its message alone."""
    update: dict[str, object] = {"adds": take.add > 0}
    if take == Take() and alone is not None:
        update["alone_id"] = alone.value
    return document.model_copy(update=update)


def _count(found: re.Match[str]) -> int:
    if found["number"]:
        return max(1, int(found["number"]))
    return _WORDS.get((found["word"] or "").lower(), 1)
