"""Times as callers give them: in JSON, addresses and options."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_SINCE_1970 = ((1e8, 1e10), (1e12, 1e13))
"""Numbers that can only be seconds (of 9 or 10 digits) or milliseconds (of 13): none of them is a year or a date."""


def _no_bare_number(value: object) -> object:
    typed = isinstance(value, str) and re.fullmatch(r"\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*", value) is not None
    number = isinstance(value, int | float) and not any(least <= value < most for least, most in _SINCE_1970)
    if typed or number:
        raise ValueError("a time is written as in RFC 3339, such as 2026-03-03T11:40:00Z")
    return value


WrittenTime = Annotated[AwareDatetime, BeforeValidator(_no_bare_number)]
"""A time with its zone. Numbers in writing, which pydantic would read as seconds since 1970, are refused: most are
years. So are all JSON numbers but those that can be nothing else; rows of crawls have these."""
