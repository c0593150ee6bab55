"""What pydantic says of a value, as a reader of our messages should see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIX = "Value error, "
"""That pydantic puts before the message of a validator of ours."""
WRITTEN = "write it as 2026-03-03T11:40:00Z or 2026-03-03T11:40:00+01:00"
OURS = {
    "model_type": "an object is expected",
    "model_attributes_type": "an object is expected",
    "timezone_aware": f"a time zone is missing; {WRITTEN}",
    "datetime_from_date_parsing": f"it is no time; {WRITTEN}",
    "datetime_parsing": f"it is no time; {WRITTEN}",
    "datetime_type": f"it is no time; {WRITTEN}",
    "extra_forbidden": "there is no such field",
    "time_delta_parsing": "write seconds, or an ISO 8601 duration such as P90D or PT12H",
    "time_delta_type": "write seconds, or an ISO 8601 duration such as P90D or PT12H",
}
"""By the type of an error, what is said in place of pydantic's message."""


ARRAY = (
    "an object is expected, and this is an array; send articles each by itself, or one a line to POST /v1/articles/bulk"
)
_NO_OBJECT = {"model_type", "model_attributes_type"}


def message_of(found: Mapping[str, Any]) -> str:
    """The message of one of ``ValidationError.errors()``."""
    if found["type"] in _NO_OBJECT and isinstance(found.get("input"), list) and tuple(found["loc"]) in {(), ("body",)}:
        return ARRAY
    return OURS.get(found["type"]) or str(found["msg"]).removeprefix(PREFIX)
