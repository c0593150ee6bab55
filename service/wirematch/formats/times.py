"""Parse times as news formats write them.

A time without a UTC offset is read as naive; its zone depends on the source (``parse_options.Zones``). A date alone is
not accepted: it can be off by a day, and the order of stories decides which one is the original.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from wirematch.formats.document import FieldValue

LONGEST = 64

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_DATE_ALONE = re.compile(r"\d{4}-?\d\d-?\d\d|\d{4}-?W\d\d(-?\d)?", re.ASCII | re.IGNORECASE)
_NAMED = re.compile(r"(?P<time>.*\d(?:\s?[ap]\.?m\.?)?)\s*\(?(?P<name>[A-Za-z]{1,4})\)?", re.IGNORECASE)
# In English, as on all sites found not to use ISO 8601.
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
    """A time zone abbreviation as feeds write it."""

    zone: timezone
    elsewhere: str
    """Where else the abbreviation means another zone; empty if nowhere."""


@cache
def zone_names() -> dict[str, ZoneName]:
    """Return the known abbreviations, in capitals."""
    lines = files("wirematch.formats").joinpath("zone_names.tsv").read_text(encoding="utf-8").splitlines()
    names = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, offset, elsewhere = (*line.split("\t"), "")[:3]
            minutes = int(offset[1:3]) * 60 + int(offset[3:])
            names[name] = ZoneName(timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes)), elsewhere)
    return names


def read_time(text: str) -> datetime | None:
    """Parse a time in ISO 8601 (extended or basic), RFC 5322 or a format of web pages; None if invalid or a date alone.

    The result is naive if the text has no UTC offset.
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
        # email.utils raises any of these for invalid input.
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
    raise ValueError("this is not a time")


def _with_a_date(time: datetime) -> datetime:
    """Return the time if it can be converted to UTC and formatted again, otherwise raise ValueError.

    Excludes the calendar's first and last years, and offsets with seconds, which RFC 3339 cannot express.
    """
    if not 2 <= time.year <= 9_998:
        raise ValueError("this is not a plausible year")
    if (time.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise ValueError("this is not a UTC offset")
    return time


def ambiguous(text: str) -> str | None:
    """Return a warning about a time whose zone abbreviation is ambiguous; None if it is not."""
    named = _NAMED.fullmatch(text.strip()[:LONGEST])
    zone = zone_names().get(named["name"].upper()) if named is not None else None
    if named is None or zone is None or not zone.elsewhere:
        return None
    return (
        f"{named['name']} is read as UTC{zone.zone.tzname(None).removeprefix('UTC')}, not as that of {zone.elsewhere}"
    )


def read_rfc_3339(text: object) -> datetime:
    """Parse an RFC 3339 ``date-time``, JSON Schema's format of that name. Raises ValueError."""
    if not isinstance(text, str) or not _RFC_3339.fullmatch(text):
        raise ValueError("this must be a date and time with its offset, such as 2026-03-03T11:40:00Z")
    return datetime.fromisoformat(text.upper())


def time_at(found: FieldValue | None) -> FieldValue | None:
    """Parse the time in a text found; None if it is not a time."""
    if found is None or not isinstance(found.value, str):
        return None
    time = read_time(found.value)
    return None if time is None else FieldValue(time, found.place, ambiguous(found.value))


def published(*candidates: FieldValue | None) -> tuple[FieldValue | None, FieldValue | None]:
    """Return the first candidate that is a time, otherwise the first that is not (as text), each with its place."""
    found: FieldValue | None = None
    local: FieldValue | None = None
    for candidate in candidates:
        if candidate is None or not isinstance(candidate.value, str) or not candidate.value.strip():
            continue
        time = time_at(candidate)
        if time is not None:
            found = found or time
        else:
            local = local or FieldValue(candidate.value.strip()[:LONGEST], candidate.place)
    return found, local if found is None else None
