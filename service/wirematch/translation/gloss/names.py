"""Names in languages that inflect them: "Putina" is "Putin", if the text has that somewhere, too."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST_NAME = 4
LONGEST_ENDING = 3
"""Letters."""


def bare_names(words: Iterable[str]) -> dict[str, str]:
    """Of capitalised words that no dictionary has, those that are another one with an ending, and that other one."""
    names = {word for word in words if word[:1].isupper() and len(word) >= SHORTEST_NAME}
    found: dict[str, str] = {}
    for name in names:
        for ending in range(LONGEST_ENDING, 0, -1):
            if len(name) - ending >= SHORTEST_NAME and name[:-ending] in names:
                found[name] = name[:-ending]
                break
    return found
