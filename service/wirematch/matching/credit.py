"""Does an article name the agency whose story it carries?"""

from __future__ import annotations

import regex

_WITH_SHORT_NAME = regex.compile(r"(?P<long>.+?)\s*\((?P<short>[^()]+)\)")


def names_source(submitted: str, source: str | None) -> bool:
    """Whether ``submitted`` names ``source`` anywhere: dateline, byline, 'reports X', tag line.

    A source given as 'Halden News Agency (HNA)' is named by either name. A name must stand as words of its own, and
    one in capitals (AP, IANS) in capitals, lest a common word pass for an agency.
    """
    return any(_stands_in(submitted, name) for name in _names(source or ""))


def _names(source: str) -> list[str]:
    parts = _WITH_SHORT_NAME.fullmatch(source.strip())
    names = [parts["long"], parts["short"]] if parts else [source]
    return [name.strip() for name in names if name.strip()]


def _stands_in(submitted: str, name: str) -> bool:
    words = r"\s+".join(map(regex.escape, name.split()))
    flags = 0 if name.isupper() else regex.IGNORECASE
    return regex.search(rf"(?<![\p{{L}}\p{{N}}]){words}(?![\p{{L}}\p{{N}}])", submitted, flags) is not None
