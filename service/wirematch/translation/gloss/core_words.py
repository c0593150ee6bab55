"""The words that news uses most, and their usual English: a dictionary gives their twenty senses alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_TABLE = "core_words.tsv"


@cache
def core_words(language: str) -> Mapping[str, str]:
    """Lemma, or a form that no dictionary has (``im``), and its translation; our own list, of a few languages.

    Lines of the table are a language and pairs with blanks between: ``de<TAB>Tag=day Woche=week``.
    """
    table = (files("wirematch.translation.gloss") / _TABLE).read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in table.splitlines())
    return dict(pair.split("=", 1) for code, _, pairs in rows if code == language for pair in pairs.split())
