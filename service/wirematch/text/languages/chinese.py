"""Chinese characters: one for the simplified and traditional forms of it, and for those of Taiwan and Hong Kong.

Agencies send one story in both kinds of characters, and outlets convert it. A simplified character may stand for
several traditional ones (``发`` for ``發`` and ``髮``); which one is meant depends on the word, and converters differ.
So all of them count as one character here, as words are compared by two characters at a time, which remain distinct.
"""

from __future__ import annotations

from importlib.resources import files

CHARACTERS_FILE = "chinese_characters.tsv"


def simplified_characters() -> dict[int, str]:
    """Code point of a character -> the simplified one for which it may stand, as a table for ``str.translate``."""
    lines = (files("wirematch.text.languages") / CHARACTERS_FILE).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {ord(other): simplified for simplified, others in rows for other in others}
