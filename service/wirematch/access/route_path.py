"""The path of a request: as routes know it, and as it was written."""

from __future__ import annotations

import re

from starlette.types import Scope

_UNRESERVED = re.compile("%(?:2[DdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee]|(?![0-9A-Fa-f]{2}))")
"""Characters whose encoding means the same as they do: letters, digits and ``-._~`` (RFC 3986, section 2.3); and a
percent sign that encodes nothing: if a digit after it were decoded, it would suddenly encode something."""


def written_path(scope: Scope) -> str | None:
    """Return the path without its query, still percent-encoded but for unreserved characters; None if unknown."""
    raw = scope.get("raw_path")
    if not isinstance(raw, bytes):
        return None
    path = raw.partition(b"?")[0].decode("latin-1")
    return _UNRESERVED.sub(_plain, path) if "%" in path else path


def _plain(found: re.Match[str]) -> str:
    digits = found[0][1:]
    return chr(int(digits, 16)) if digits else "%25"


def route_path(scope: Scope) -> str:
    """Return the path without ``root_path`` (ASGI), as Starlette's routes match it.

    A path that is not below it is unchanged.
    """
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    below = path.removeprefix(root)
    return below if path.startswith(root) and below[:1] in {"", "/"} else path
