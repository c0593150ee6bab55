"""How strongly an article derives from what is there, as pipelines that drop articles ask it."""

from __future__ import annotations

from collections.abc import Iterable

from wirematch.errors import InvalidSettingError

ORDER = ("partial", "rewrite", "duplicate")
"""Decisions that name a story, each stronger than the one before; 'new' and 'undecided' name none."""


def weakest(decisions: Iterable[str]) -> str | None:
    """The weakest of these, which is the one that counts; None of none, InvalidSettingError where one is unknown."""
    given = [name.strip() for names in decisions for name in names.split(",") if name.strip()]
    for name in given:
        if name not in ORDER:
            raise InvalidSettingError(f"{name!r} cannot be dropped; there are {', '.join(reversed(ORDER))}.")
    return min(given, key=ORDER.index, default=None)


def at_least(decision: str, level: str | None) -> bool:
    """Whether a decision is as strong as ``level`` or stronger: a rewrite is at least partial. Never with None."""
    return level is not None and decision in ORDER and ORDER.index(decision) >= ORDER.index(level)
