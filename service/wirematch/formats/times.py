"""Times as news formats write them.

A time without its offset from UTC can be up to 14 hours away from what it seems. As the order of stories decides which
one is the original, such a time is never guessed: it is kept as text, and the order of arrival counts.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

from wirematch.formats.document import Found

LONGEST = 64

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def read_time(text: str) -> datetime | None:
    """A time in ISO 8601, extended or basic, or in RFC 5322; None when it is none or has no offset."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = reader(text)
        # The mail reader meets bad input with all of these.
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
        return time if time.tzinfo is not None else None
    return None


def read_rfc_3339(text: object) -> datetime:
    """A ``date-time`` of RFC 3339, which JSON Schema's format of that name means; ValueError."""
    if not isinstance(text, str) or not _RFC_3339.fullmatch(text):
        raise ValueError("this must be a date and time with its offset, such as 2026-03-03T11:40:00Z")
    return datetime.fromisoformat(text.upper())


def published(*candidates: Found | None) -> tuple[Found | None, Found | None]:
    """The first of the found texts that is a time, and the first that is none, each where it stood."""
    found: Found | None = None
    local: Found | None = None
    for candidate in candidates:
        if candidate is None or not isinstance(candidate.value, str) or not candidate.value.strip():
            continue
        time = read_time(candidate.value)
        if time is not None:
            found = found or Found(time, candidate.place)
        else:
            local = local or Found(candidate.value.strip()[:LONGEST], candidate.place)
    return found, local if found is None else None
