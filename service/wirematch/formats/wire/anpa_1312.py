"""ANPA 1312, the wire text format of American agencies: two header lines, a text between STX and ETX, a signature.

Also read without its control characters, which some systems strip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import Document, FieldValue, assemble
from wirematch.formats.times import zone_names
from wirematch.formats.wire.charset import decode_wire
from wirematch.formats.wire.takes import of_take, take_of
from wirematch.formats.wire.text import id_of_day, lines_of, paragraphs, split_at_controls, year_of
from wirematch.models import Kind

_NAME = "ANPA 1312"
_FIRST = re.compile(r"(?P<service>[A-Za-z])(?P<number>\d{4})(?:[ \x1f]*(?P<selector>[A-Za-z0-9-]{1,20}))?")
_SECOND = re.compile(
    r"(?P<priority>[A-Za-z]) (?P<category>[A-Za-z?]) *(?P<keyword>\S.{0,150}?),? +"
    r"(?P<day>\d{1,2}-\d{1,2}) +(?P<words>\d{3,5})"
)
_SIGNATURE = re.compile(
    r"(?P<source>[A-Za-z]{2,6})(?:-[A-Za-z]{2,4})?-(?P<date>\d{1,2}-\d{1,2}-(?:\d{4}|\d\d)) +"
    r"(?P<clock>\d{4})(?P<zone>[A-Z]{1,4})?"
)
_URGENCY = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 6, "s": 7, "w": 7, "c": 8, "h": 8}
"""Flash, bulletin, urgent, regular, deferred, advances, sports and weekend matter as IPTC urgencies."""
_CYCLE = re.compile(r"(?:[ABP]M|BC|AP)-", re.IGNORECASE)
_PREFIX = re.compile(r"[\x16\x01\s]*")
_END_OF_LINE = re.compile(r"[<=]\s*$")
_KEYWORD_LINE = re.compile(r"(?P<keyword>.{1,150}), ?\d{1,5}")
"""The keyword again and the number of words, above the headline."""
_NOTE = re.compile(r"eds(?:\.|:)|editors?:", re.IGNORECASE)
_END_OF_TEXT = re.compile(r"==\w{2,30}")


@dataclass
class _AnpaHead:
    """What stands between the headers and the text. AP also sends picture numbers and a summary there."""

    headline: str = ""
    byline: str = ""
    note: str = ""

    def take(self, line: str) -> None:
        """Take the next line."""
        if line.lower().startswith("by "):
            self.byline = self.byline or line
        elif _NOTE.match(line):
            self.note = self.note or line
        elif not self.headline and not self.byline and _KEYWORD_LINE.fullmatch(line) is None:
            self.headline = line


def looks_like_it(text: str) -> bool:
    """Whether the beginning of a text is an ANPA header."""
    return _headers(text[:600]) is not None


def parse(content: bytes, charset: str | None = None) -> list[Document]:
    """Parse the story. Raises InvalidDocumentError if there is no header or no text."""
    text = decode_wire(content, charset)
    before, inner, after = split_at_controls(text)
    found = _headers(before)
    if found is None:
        message = "a message begins with service and number, and then with priority, category, keyword, day and words"
        raise InvalidDocumentError(f"is not {_NAME}", [Fault("line 1", message)])
    first, second, rest = found
    lines = lines_of(inner) if inner is not None else rest
    source, time, lines = _signed(lines_of(after) if inner is not None else [], lines)
    head, lines = _head(lines, second["keyword"])
    body = _plain(paragraphs(list(takewhile(lambda line: _END_OF_TEXT.fullmatch(line.strip()) is None, lines))))
    if not body:
        raise InvalidDocumentError(f"is not {_NAME} that can be compared", [Fault("the text", "it is empty")])
    keyword, take = take_of(_CYCLE.sub("", second["keyword"], count=1))
    sender = (source or first["service"]).lower()
    at = FieldValue(time, "the signature") if time is not None else None
    document = assemble(
        _NAME,
        {
            "id": _id(sender, keyword or first["number"], time),
            "headline": FieldValue(_plain(head.headline), "the headline") if head.headline else None,
            "body": FieldValue(body, "the text"),
            "source": FieldValue(source.upper(), "the signature") if source else None,
            "published_at": at,
            "kind": FieldValue(Kind.WIRE, "the document"),
            "version": FieldValue(take.version, "the keyword"),
            "version_created": at,
            "urgency": FieldValue(_URGENCY[second["priority"].lower()], "line 2")
            if second["priority"].lower() in _URGENCY
            else None,
            "edit_note": FieldValue(_plain(head.note), "the notes") if head.note else None,
        },
        {
            "byline": FieldValue(head.byline, "the byline") if head.byline else None,
            "slugline": FieldValue(" ".join(second["keyword"].split()), "line 2"),
            "message": FieldValue(first["service"] + first["number"], "line 1"),
            "category": FieldValue(second["category"].lower(), "line 2"),
            "word_count": FieldValue(int(second["words"]), "line 2"),
        },
        root="the document",
    )
    return [of_take(document, take, _id(sender, first["number"], time))]


def _headers(before: str) -> tuple[re.Match[str], re.Match[str], list[str]] | None:
    plain = before.replace("\x1f", " ")
    lines = lines_of(plain[_end(plain) :])
    if len(lines) < 2:
        return None
    first = _FIRST.fullmatch(lines[0].strip())
    second = _SECOND.fullmatch(" ".join(lines[1].split()))
    return None if first is None or second is None else (first, second, lines[2:])


def _end(text: str) -> int:
    found = _PREFIX.match(text)
    return found.end() if found is not None else 0


def _id(sender: str, name: str, time: datetime | None) -> FieldValue | None:
    story_id = id_of_day("anpa1312", sender, name, time)
    return None if story_id is None else FieldValue(story_id, "line 2")


def _signed(trailer: list[str], lines: list[str]) -> tuple[str, datetime | None, list[str]]:
    """Return the sender and time in the signature, and the lines before it."""
    for line in trailer:
        found = _SIGNATURE.fullmatch(_END_OF_LINE.sub("", line).strip())
        if found is not None:
            return found["source"], _time(found), lines
    for number in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        found = _SIGNATURE.fullmatch(_END_OF_LINE.sub("", lines[number]).strip())
        if found is not None:
            return found["source"], _time(found), lines[:number]
    return "", None, lines


def _time(found: re.Match[str]) -> datetime | None:
    month, day, year = found["date"].split("-")
    zone = zone_names().get((found["zone"] or "").upper())
    clock = found["clock"]
    try:
        read = datetime(year_of(year), int(month), int(day), int(clock[:2]), int(clock[2:]))  # noqa: DTZ001
    except ValueError:
        return None
    return read.replace(tzinfo=zone.zone) if zone is not None else read


def _head(lines: list[str], keyword: str) -> tuple[_AnpaHead, list[str]]:
    """Return what stands above the text, on lines that begin with '^', and the lines after them."""
    head = _AnpaHead()
    for number, line in enumerate(lines):
        said = line.strip()
        if not said or (not head.headline and _same(said, keyword)):
            continue
        if not said.startswith("^"):
            if not head.headline and said.endswith("+"):  # Kyodo marks its headline so
                head.headline = said.rstrip("+ ")
                continue
            return head, lines[number:]
        head.take(_END_OF_LINE.sub("", said.lstrip("^")).strip())
    return head, []


def _same(line: str, keyword: str) -> bool:
    return line.split() == keyword.split()


def _plain(text: str) -> str:
    """Replace a teletype's substitutes for quotation marks and dashes by the real characters."""
    return re.sub(r"(?<=\s)_(?=\s)", "–", text.replace("``", "“").replace("''", "”"))
