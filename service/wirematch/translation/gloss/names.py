"""Names in inflected languages: "Putina" is "Putin" if the text has that form, too."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST_NAME = 4
LONGEST_ENDING = 3
"""In letters."""


def bare_names(words: Iterable[str]) -> dict[str, str]:
    """Map those capitalised words that are another one of ``words`` plus an ending to that other one."""
    names = {word for word in words if word[:1].isupper() and len(word) >= SHORTEST_NAME}
    found: dict[str, str] = {}
    for name in names:
        for ending in range(LONGEST_ENDING, 0, -1):
            if len(name) - ending >= SHORTEST_NAME and name[:-ending] in names:
                found[name] = name[:-ending]
                break
    return found
