"""Parse JSON in which no object has a name twice, as parsers differ in which value they take (RFC 8259, 4)."""

from __future__ import annotations

import json
from typing import Any

from wirematch.formats.json_text import JsonPath


class RepeatedNameError(ValueError):
    """An object has a name twice; ``path`` leads to the member."""

    def __init__(self, path: JsonPath) -> None:
        super().__init__("it is given more than once")
        self.path = path

    def told(self, *root: str) -> dict[str, Any]:
        """Return it in the form of pydantic's errors, with ``root`` before its path."""
        return {"type": "repeated_name", "loc": (*root, *self.path), "msg": str(self)}


class _SomeRepeatedError(Exception):
    """As RepeatedNameError, before it is known where."""


class _Members(list[tuple[str, Any]]):
    """The members of an object in the order in which they are written."""


def load_unique(text: str) -> Any:
    """Parse JSON as ``json.loads``. Raises RepeatedNameError, otherwise what that raises."""
    try:
        return _UNIQUE.decode(text)
    except _SomeRepeatedError:
        raise RepeatedNameError(_path_of_repeated(_ALL.decode(text))) from None


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise _SomeRepeatedError
    return found


def _path_of_repeated(value: Any) -> JsonPath:
    """Return the path of a repeated name in a value whose objects are ``_Members``."""
    left: list[tuple[JsonPath, Any]] = [((), value)]
    while left:
        path, inner = left.pop()
        known: set[str | int] = set()
        for name, member in inner if isinstance(inner, _Members) else enumerate(inner):
            if name in known:
                return (*path, name)
            known.add(name)
            if isinstance(member, list):
                left.append(((*path, name), member))
    raise AssertionError("no name is repeated")


_UNIQUE = json.JSONDecoder(object_pairs_hook=_unique)
_ALL = json.JSONDecoder(object_pairs_hook=_Members)
