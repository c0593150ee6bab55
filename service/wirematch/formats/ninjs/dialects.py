"""Which of the three dialects of ninjs an item is in: the one it names, or the one whose property names it has."""

from __future__ import annotations

from typing import Any

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.json_text import pointer

MAJOR_VERSIONS = frozenset({"1", "2", "3"})
LONGEST_NAME = 20
"""Characters of a version that are shown."""
_ONLY_IN_3 = (
    "versionCreated firstCreated contentCreated pubStatus embargoedUntil representationType copyrightHolder "
    "infoSources copyrightNotice usageTerms edNote altIds trustIndicators rightsInfo"
).split()
_SINCE_2 = "headlines bodies descriptions people organisations places subjects infosources genres by".split()
"""Properties that are arrays since 2.0, and have other names in 1.x."""


def dialect_of(item: dict[str, Any]) -> tuple[int, str | None]:
    """Return the dialect's number and, if the item names it, its version. Raises InvalidDocumentError for unknown ones.

    Without a name, camel case means 3.x, arrays of texts 2.x, and separate text properties 1.x.
    """
    version = _version_named(item)
    if version is not None:
        return int(version.partition(".")[0]), version[:LONGEST_NAME]
    if any(name in item for name in _ONLY_IN_3) or any("contentType" in text for text in _texts(item)):
        return 3, None
    if any(name in item for name in _SINCE_2) or isinstance(item.get("associations"), list):
        return 2, None
    return 1, None


def _version_named(item: dict[str, Any]) -> str | None:
    """Return the version in the member ``standard``, or at the end of the schema's address; None if there is none."""
    key = "$standard" if "$standard" in item else "standard"
    standard = item.get(key)
    if not isinstance(standard, dict):
        return None
    name, version, schema = (standard.get(part) for part in ("name", "version", "schema"))
    if isinstance(name, str) and "ninjs" not in name.lower():
        raise InvalidDocumentError("is not ninjs", [Fault(pointer((key, "name")), "this must be 'ninjs'")])
    if not isinstance(version, str) and isinstance(schema, str):
        version = schema.rpartition("_")[2].partition(".json")[0]
    if not isinstance(version, str) or not version:
        return None
    if version.partition(".")[0] not in MAJOR_VERSIONS:
        message = f"{version[:LONGEST_NAME]!r} is not one of the versions 1.x, 2.x and 3.x"
        raise InvalidDocumentError("is not readable ninjs", [Fault(pointer((key, "version")), message)])
    return version


def _texts(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the texts of an item that has arrays of them."""
    arrays = [item.get(name) for name in ("bodies", "headlines")]
    return [text for array in arrays if isinstance(array, list) for text in array if isinstance(text, dict)]
