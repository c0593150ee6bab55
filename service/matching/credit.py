"""Does an article name the agency whose story it carries?"""

from __future__ import annotations

import regex


def names_source(submitted: str, source: str | None) -> bool:
    """Whether ``submitted`` names ``source`` anywhere: dateline, byline, 'reports X', tag line.

    The name must stand as words of its own. Short names in capitals (AP, IANS) must be in capitals in the text too,
    lest a common word pass for an agency.
    """
    name = (source or "").strip()
    if not name:
        return False
    flags = 0 if name.isupper() else regex.IGNORECASE
    return regex.search(rf"(?<![\p{{L}}\p{{N}}]){regex.escape(name)}(?![\p{{L}}\p{{N}}])", submitted, flags) is not None
