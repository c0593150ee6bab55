"""Times as news formats write them.

A time without its offset from UTC is read, and is naive: whoever knows its source says which zone it is in
(``reading.Zones``). A date alone is no time: it can be a day away from the truth, and the order of stories decides
which one is the original.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from wirematch.formats.document import Found

LONGEST = 64

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_DATE_ALONE = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(-?\d)?", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(r"(?P<time>.*\d(?:\s?[ap]\.?m\.?)?)\s*\(?(?P<name>[A-Za-z]{1,4})\)?", re.IGNORECASE)
# In English: all sites that were seen to write no ISO 8601 use it.
_SPOKEN = (
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y, %I:%M %p",
    "%B %d, %Y at %I:%M %p",
    "%B %d, %Y %H:%M",
    "%d %B %Y %H:%M",
    "%d %B %Y, %H:%M",
    "%d %b %Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
)


class ZoneName(NamedTuple):
    """A zone's name as feeds write it."""

    zone: timezone
    elsewhere: str
    """Where else the same letters stand for another zone; empty if nowhere."""


@cache
def zone_names() -> dict[str, ZoneName]:
    """The names that are read, in capitals."""
    lines = files("wirematch.formats").joinpath("zone_names.tsv").read_text(encoding="utf-8").splitlines()
    names = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, offset, elsewhere = (*line.split("\t"), "")[:3]
            minutes = int(offset[1:3]) * 60 + int(offset[3:])
            names[name] = ZoneName(timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes)), elsewhere)
    return names


def read_time(text: str) -> datetime | None:
    """A time in ISO 8601, extended or basic, in RFC 5322 or as pages spell it; None when it is none or a date alone.

    Naive when its offset from UTC is not said.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or _DATE_ALONE.fullmatch(text):
        return None
    named = _NAMED.fullmatch(text)
    zone = zone_names().get(named["name"].upper()) if named is not None else None
    if named is not None and zone is not None and (time := _read(named["time"])) is not None:
        return time.replace(tzinfo=zone.zone) if time.tzinfo is None else time
    return _read(text)


def _read(text: str) -> datetime | None:
    for reader in (datetime.fromisoformat, parsedate_to_datetime, _read_spoken):
        try:
            return _with_a_date(reader(text))
        # The mail reader meets bad input with all of these.
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
    return None


def _read_spoken(text: str) -> datetime:
    plain = re.sub(r"\b([ap])\.m\.?", r"\1m", " ".join(text.split()), flags=re.IGNORECASE)
    for shape in _SPOKEN:
        try:
            return datetime.strptime(plain, shape)  # noqa: DTZ007 - the zone is for whoever knows the source
        except ValueError:
            continue
    raise ValueError("this is no time")


def _with_a_date(time: datetime) -> datetime:
    """A time that every zone can bring to UTC and that can be written again; ValueError.

    Not the first and last days of the calendar, and no offset with seconds, which RFC 3339 cannot write.
    """
    if not 2 <= time.year <= 9_998:
        raise ValueError("this is no year that news comes from")
    if (time.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise ValueError("this is no offset of a zone")
    return time


def ambiguous(text: str) -> str | None:
    """What is to be told of a time whose zone's name has another meaning elsewhere."""
    named = _NAMED.fullmatch(text.strip()[:LONGEST])
    zone = zone_names().get(named["name"].upper()) if named is not None else None
    if named is None or zone is None or not zone.elsewhere:
        return None
    return (
        f"{named['name']} is read as UTC{zone.zone.tzname(None).removeprefix('UTC')}, not as that of {zone.elsewhere}"
    )


def read_rfc_3339(text: object) -> datetime:
    """A ``date-time`` of RFC 3339, which JSON Schema's format of that name means; ValueError."""
    if not isinstance(text, str) or not _RFC_3339.fullmatch(text):
        raise ValueError("this must be a date and time with its offset, such as 2026-03-03T11:40:00Z")
    return datetime.fromisoformat(text.upper())


def time_at(found: Found | None) -> Found | None:
    """The time that a found text says, None when it says none."""
    if found is None or not isinstance(found.value, str):
        return None
    time = read_time(found.value)
    return None if time is None else Found(time, found.place, ambiguous(found.value))


def published(*candidates: Found | None) -> tuple[Found | None, Found | None]:
    """The first of the found texts that is a time, and the first that is none, each where it stood."""
    found: Found | None = None
    local: Found | None = None
    for candidate in candidates:
        if candidate is None or not isinstance(candidate.value, str) or not candidate.value.strip():
            continue
        time = time_at(candidate)
        if time is not None:
            found = found or time
        else:
            local = local or Found(candidate.value.strip()[:LONGEST], candidate.place)
    return found, local if found is None else None
