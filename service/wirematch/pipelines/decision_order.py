"""The order of decisions by how much of a story an article takes over: partial, rewrite, duplicate.

Options such as ``--drop rewrite`` name the weakest decision that they mean; stronger ones are included.
"""

from __future__ import annotations

from collections.abc import Iterable

from wirematch.errors import InvalidSettingError

ORDER = ("partial", "rewrite", "duplicate")
"""The decisions that name a story, weakest first; 'new' and 'undecided' name none."""


def weakest(decisions: Iterable[str]) -> str | None:
    """Return the weakest of ``decisions``, each a name or several separated by commas; None if there are none.

    Raises InvalidSettingError for a name that is not in ORDER.

    >>> weakest(["duplicate,partial", "rewrite"])
    'partial'
    """
    given = [name.strip() for names in decisions for name in names.split(",") if name.strip()]
    for name in given:
        if name not in ORDER:
            raise InvalidSettingError(f"{name!r} cannot be dropped; choose from {', '.join(reversed(ORDER))}.")
    return min(given, key=ORDER.index, default=None)


def at_least(decision: str, level: str | None) -> bool:
    """Whether ``decision`` is ``level`` or stronger; always false for a ``level`` of None.

    >>> at_least("duplicate", "rewrite"), at_least("partial", "rewrite"), at_least("new", "partial")
    (True, False, False)
    """
    return level is not None and decision in ORDER and ORDER.index(decision) >= ORDER.index(level)
