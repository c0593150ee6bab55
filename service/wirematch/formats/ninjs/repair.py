"""Repair common deviations of newsroom systems from the ninjs schemas.

Superdesk, the most widely used of them, names an item ``guid``, numbers its versions and writes offsets without a
colon. Withdrawals and embargoes, which must not be missed, are read in any spelling or else refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, NamedTuple

from wirematch.errors import Fault, InvalidDocumentError
from wirematch.formats.document import NO_ZONE, FieldValue
from wirematch.formats.json_text import pointer
from wirematch.formats.ninjs.rules import names_of
from wirematch.formats.times import time_at

_STATUSES = {
    "usable": "usable",
    "correct": "usable",
    "corrected": "usable",
    "withheld": "withheld",
    "withhold": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",
    "kill": "canceled",
    "recalled": "canceled",
    "unpublished": "canceled",
}
_NAMES_OF_URI = ("uri", "guid", "_id", "id")
_TIMES = ("firstcreated", "versioncreated", "contentcreated", "contentdigitised", "expires")
_EMBARGOES = ("embargoed", "embargoeduntil")


class RepairedItem(NamedTuple):
    """An item after repair: all properties that are read follow the rules."""

    item: dict[str, Any]
    warnings: list[Fault]
    zoneless: list[str]
    """Properties with a time that was read as UTC."""
    embargoed: bool
    """Whether there is an embargo whose end cannot be read."""


def repair(dialect: int, item: dict[str, Any]) -> RepairedItem:
    """Return the item with its dialect's names. Raises InvalidDocumentError for an invalid status."""
    names = {name.lower(): name for name in names_of(dialect)}
    repaired: dict[str, Any] = {}
    warnings: list[Fault] = []
    zoneless: list[str] = []
    embargoed = False
    for name, value in item.items():
        low = name.lower()
        target = _embargo_name(names) if low in _EMBARGOES else names.get(low, name)
        if target != name and target in item:
            continue  # present twice: the proper name takes precedence
        if value is None or (low in _EMBARGOES and value in (False, "")):
            continue
        if low == "pubstatus":
            value = _status(name, value)  # noqa: PLW2901 - the same value, repaired
        elif low in _TIMES or low in _EMBARGOES:
            value, zone_said = _time(name, value)  # noqa: PLW2901
            if not zone_said:
                zoneless.append(target)
                warnings.append(Fault(pointer((name,)), NO_ZONE))
            embargoed |= low in _EMBARGOES and value is None
        elif low in {"version", "urgency"}:
            value = _scalar(low, value)  # noqa: PLW2901
        repaired[target] = value
    _name(item, repaired)
    return RepairedItem(
        {name: value for name, value in repaired.items() if value is not None}, warnings, zoneless, embargoed
    )


def without(item: dict[str, Any], ways: Sequence[tuple[str | int, ...]]) -> dict[str, Any]:
    """Return the item without the values at these paths; a text in a list becomes empty."""
    left = dict(item)
    for way in ways:
        name = str(way[0])
        value = left.get(name)
        if len(way) > 1 and isinstance(value, list) and name in {"bodies", "headlines", "descriptions"}:
            left[name] = [{"value": ""} if number == way[1] else text for number, text in enumerate(value)]
        else:
            left.pop(name, None)
    return left


def _status(name: str, value: Any) -> str:
    known = _STATUSES.get(value.strip().lower()) if isinstance(value, str) else None
    if known is None:
        message = "this must be one of usable, withheld, canceled: a withdrawal must not be overlooked"
        raise InvalidDocumentError("is not readable ninjs", [Fault(pointer((name,)), message)])
    return known


def _embargo_name(names: dict[str, str]) -> str:
    return next(names[name] for name in _EMBARGOES if name in names)


def _time(name: str, value: Any) -> tuple[str | None, bool]:
    """Return a time as the rules require it, or None if it is invalid, and whether it had a zone."""
    found = time_at(FieldValue(value, name)) if isinstance(value, str) else None
    if found is None:
        return None, True
    time = found.value
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat(), time.tzinfo is not None


def _scalar(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return None
    if name == "version":
        return str(value) if isinstance(value, int | float | str) else None
    if isinstance(value, str) and value.strip().isdigit() and len(value) < 3:
        value = int(value)
    return value if isinstance(value, int) and 1 <= value <= 9 else None


def _name(item: dict[str, Any], repaired: dict[str, Any]) -> None:
    """Set ``uri`` to whatever identifies the item."""
    for name in _NAMES_OF_URI:
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            repaired["uri"] = value.strip()
            return
        if isinstance(value, int) and not isinstance(value, bool):
            repaired["uri"] = str(value)
            return
