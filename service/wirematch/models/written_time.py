"""Times that a person writes, in addresses and options."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator


def _no_number(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[\d.]+", value):
        raise ValueError("a time is written as in RFC 3339, such as 2026-03-03T11:40:00Z")
    return value


WrittenTime = Annotated[AwareDatetime, BeforeValidator(_no_number)]
"""A time with its zone. Plain numbers, which pydantic would read as seconds since 1970, are refused: most are years."""
