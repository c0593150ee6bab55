"""What the wire text formats IPTC 7901 and ANPA 1312 share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_INDENTED = re.compile(r"(?:\t| {2,})")
START_OF_TEXT, END_OF_TEXT, END_OF_TRANSMISSION = "\x02", "\x03", "\x04"
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene gen",
            "feb fév fev",
            "mar mär mrz mars maa",
            "apr avr abr",
            "may mai mag mei",
            "jun juin giu",
            "jul juil lug",
            "aug août aou ago",
            "sep sept set",
            "oct okt ott",
            "nov",
            "dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, without control characters except tabs. All kinds of line ends are recognised."""
    return [_CONTROL.sub("", line).rstrip() for line in re.split(r"\r\r\n|\r\n|\n|\r|\x1e", text)]


def split_at_controls(text: str) -> tuple[str, str | None, str]:
    """Return the parts before STX, between STX and ETX, and after ETX; without STX, the second is None."""
    before, start, rest = text.partition(START_OF_TEXT)
    if not start:
        return text, None, ""
    inner, _, after = rest.partition(END_OF_TEXT)
    return before, inner, after.partition(END_OF_TRANSMISSION)[0]


def paragraphs(lines: Sequence[str]) -> str:
    """Join lines, as a teletype breaks them, to paragraphs, which begin with an empty or an indented line."""
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip() or _INDENTED.match(line):
            found.append([])
        if line.strip():
            found[-1].append(line.strip())
    return "\n\n".join(" ".join(paragraph) for paragraph in found if paragraph)


def id_of_day(scheme: str, sender: str, name: str, time: datetime | None) -> str | None:
    """Return a story's id; None if the day is unknown, as numbers and keywords are reused every day."""
    if time is None:
        return None
    said = "-".join(re.findall(r"[^\W_]+", name.lower()))
    return f"urn:{scheme}:{sender}:{time:%Y%m%d}:{said}"


def year_of(digits: str) -> int:
    """Expand a two-digit year, 80 to 99 to the last century; four digits are unchanged."""
    year = int(digits)
    return year if year >= 100 else year + (2000 if year < 80 else 1900)
