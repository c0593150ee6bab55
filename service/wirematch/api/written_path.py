"""The path of a request as it was written, which tells a slash within an id (``%2F``) from one between segments."""

from __future__ import annotations

import re

from starlette.types import Scope

_UNRESERVED = re.compile("%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])")
"""Characters whose encoding means the same as they do: letters, digits and ``-._~`` (RFC 3986, section 2.3)."""


def written_path(scope: Scope) -> str | None:
    """Return the path without its query, still percent-encoded but for unreserved characters; None if unknown."""
    raw = scope.get("raw_path")
    if not isinstance(raw, bytes):
        return None
    path = raw.partition(b"?")[0].decode("latin-1")
    return _UNRESERVED.sub(lambda found: chr(int(found[0][1:], 16)), path) if "%" in path else path
