"""The most frequent words of news with their usual translation: dictionaries do not rank their twenty senses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_TABLE = "core_words.tsv"


@cache
def core_words(language: str) -> Mapping[str, str]:
    """Return translations by lemma, or by a form that no dictionary has (``im``): our own list, for a few languages.

    A line of the table has a language and pairs separated by blanks: ``de<TAB>Tag=day Woche=week``.
    """
    table = (files("wirematch.translation.gloss") / _TABLE).read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in table.splitlines())
    return dict(pair.split("=", 1) for code, _, pairs in rows if code == language for pair in pairs.split())
