"""IPTC 7901, the wire text format of European agencies: a header line, a text between STX and ETX, a time.

Also read without its control characters, which some systems strip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import Document, FieldValue, assemble
from wirematch.formats.times import zone_names
from wirematch.formats.wire.charset import decode_wire
from wirematch.formats.wire.takes import Take, of_take, take_of
from wirematch.formats.wire.text import MONTHS, id_of_day, lines_of, paragraphs, split_at_controls, year_of
from wirematch.models import Kind

_NAME = "IPTC 7901"
_HEADER = re.compile(
    r"(?P<service>[A-Za-z]{2,8}) ?(?P<number>\d{2,5}) (?P<priority>[1-9]) (?P<category>[A-Za-z]{1,3}) "
    r"(?P<words>\d{1,5})(?: +(?P<options>.{0,200}))?"
)
_TIME = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d) ?(?P<zone>[A-Z]{1,4})? +"
    r"(?P<month>[^\W\d]{3,4})\.? +(?P<year>\d{4}|\d\d)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"[a-z]{2,6}(?:[ /][a-z]{2,4}){0,4}|\([a-z]{2,6}(?:[ /\\]{1,2}[a-z]{2,4}){1,4}\)", re.IGNORECASE
)
_BYLINE = re.compile(r"(?:by|von|par|por|di|av|af) [^\W\d_].{1,100}", re.IGNORECASE)
_MARKER = re.compile(r"\(.{1,40}\)|(?:\d{1,2}(?:ST|ND|RD|TH) )?[A-Z]{2,12}(?: [A-Z\d]{1,10})?|.{1,80}:")
"""A line above the headline: what was done to the story (``1ST LEAD``, ``(Achtung)``), or its keyword again."""
_AFTERWORD = re.compile(
    r"^[ \t]*(?:#{1,2} ?(?:[a-z]{2,6}-)?(?:notebook|notizblock)[ \t]*$"
    r"|\*(?: \*){3,}\s{1,200}(?:#|.{0,100}\b(?:publi|veröffentlich)))",
    re.IGNORECASE | re.MULTILINE,
)
"""Where notes to editors begin, which are not for publication. Asterisks by themselves divide a story."""
_HEAD_LINES = 12
_TRAILER_LINES = 8
LONGEST_KEYWORD = 100


@dataclass
class _IptcHead:
    """What stands between the header and the text."""

    keyword: str = ""
    headline: str = ""
    byline: str = ""
    markers: str = ""

    def end(self, lines: list[str]) -> None:
        """Take lines that ended together: markers, a headline and a byline, or a byline by itself."""
        if self.headline:
            said = " ".join(lines)
            self.byline = said if _BYLINE.fullmatch(said) else self.byline
            return
        if len(lines) > 1 and _BYLINE.fullmatch(lines[-1]):
            self.byline = lines.pop()
        first = next((number for number, line in enumerate(lines[:-1]) if not _MARKER.fullmatch(line)), len(lines) - 1)
        self.markers = " ".join(line for line in lines[:first] if not line.endswith(":"))
        self.headline = " ".join(lines[first:])


def looks_like_it(text: str) -> bool:
    """Whether the beginning of a text is an IPTC 7901 header."""
    first = next((line for line in lines_of(text[:400]) if line.strip()), "")
    return _HEADER.fullmatch(first.strip()) is not None


def parse(content: bytes, charset: str | None = None) -> list[Document]:
    """Parse the story. Raises InvalidDocumentError if there is no header or no text."""
    text = decode_wire(content, charset)
    before, inner, after = split_at_controls(text)
    header, rest = _header(before)
    lines = rest if inner is None else [*rest, *lines_of(inner)]
    time, lines = _time(lines_of(after) if after.strip() else [], lines)
    head, lines = _head(lines)
    slug, take = take_of(head.keyword)
    told = (take, *(take_of(said)[1] for said in (head.markers, header["options"] or "")))
    take = next((one for one in told if one != Take()), Take())
    body = paragraphs(_AFTERWORD.split("\n".join(lines), maxsplit=1)[0].split("\n"))
    if not body:
        raise InvalidDocumentError(f"is not {_NAME} that can be compared", [Fault("the text", "it is empty")])
    service, number = header["service"].lower(), header["number"]
    at = FieldValue(time, "the end") if time is not None else None
    document = assemble(
        _NAME,
        {
            "id": _id(service, slug or number, time),
            "headline": FieldValue(head.headline, "the headline") if head.headline else None,
            "body": FieldValue(body, "the text"),
            "published_at": at,
            "kind": FieldValue(Kind.WIRE, "the document"),
            "version": FieldValue(take.version, "the keyword"),
            "version_created": at,
            "urgency": FieldValue(int(header["priority"]), "the header"),
            "edit_note": FieldValue(head.markers, "the headline") if head.markers else None,
        },
        {
            "byline": FieldValue(head.byline, "the byline") if head.byline else None,
            "slugline": FieldValue(head.keyword, "the keyword") if head.keyword else None,
            "service": FieldValue(service, "the header"),
            "message": FieldValue(number, "the header"),
            "category": FieldValue(header["category"].lower(), "the header"),
            "word_count": FieldValue(int(header["words"]), "the header"),
        },
        root="the document",
    )
    return [of_take(document, take, _id(service, number, time))]


def _id(service: str, name: str, time: datetime | None) -> FieldValue | None:
    story_id = id_of_day("iptc7901", service, name, time)
    return None if story_id is None else FieldValue(story_id, "the header")


def _header(before: str) -> tuple[re.Match[str], list[str]]:
    lines = lines_of(before)
    for number, line in enumerate(lines):
        if line.strip():
            found = _HEADER.fullmatch(line.strip())
            if found is not None:
                return found, lines[number + 1 :]
            break
    message = "a message begins with service, number, priority, category and word count, such as 'nwa062 4 i 211'"
    raise InvalidDocumentError(f"is not {_NAME}", [Fault("line 1", message)])


def _time(trailer: list[str], lines: list[str]) -> tuple[datetime | None, list[str]]:
    """Return the time that ends a message, and the lines before it without the sender's signature."""
    for line in trailer:
        if (time := _read_time(line)) is not None:
            return time, _unsigned(lines)
    last = [number for number in range(len(lines) - 1, -1, -1) if lines[number].strip()][:_TRAILER_LINES]
    for number in last:
        time = _read_time(lines[number])
        if time is not None:
            return time, _unsigned(lines[:number])
    return None, lines


def _unsigned(lines: list[str]) -> list[str]:
    left = list(lines)
    while left and not left[-1].strip():
        left.pop()
    if len(left) > 1 and _SIGNATURE.fullmatch(left[-1].strip()):
        left.pop()
    return left


def _read_time(line: str) -> datetime | None:
    found = _TIME.fullmatch(line.strip())
    month = MONTHS.get(found["month"].lower()) if found is not None else None
    if found is None or month is None:
        return None
    zone = zone_names().get((found["zone"] or "").upper())
    if found["zone"] and zone is None:
        return None
    day, hour, minute = (int(found[name]) for name in ("day", "hour", "minute"))
    try:
        return datetime(year_of(found["year"]), month, day, hour, minute, tzinfo=zone.zone if zone else None)
    except ValueError:
        return None


def _head(lines: list[str]) -> tuple[_IptcHead, list[str]]:
    """Return what stands above the text, and the lines after it; '/' ends the keyword, '=' all else."""
    head = _IptcHead()
    begun: list[str] = []
    after = 0
    for number, line in islice(enumerate(lines), _HEAD_LINES):
        said = line.strip()
        if not said:
            if len(begun) == 1 and not head.keyword and not head.headline and len(begun[0]) < LONGEST_KEYWORD:
                head.keyword = begun.pop()
            continue
        if not head.keyword and not begun and said.endswith("/") and len(said) < LONGEST_KEYWORD:
            head.keyword, after = said.strip("/ "), number + 1
            continue
        begun.append(said.rstrip("= ") if said.endswith("=") else said)
        if said.endswith("="):
            head.end(begun)
            after, begun = number + 1, []
    if not after:  # no sign ended a headline, so that a line by itself is the text's
        head.keyword = ""
    return head, lines[after:]
