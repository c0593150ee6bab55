"""German, Dutch, Danish, Swedish and Norwegian."""

from __future__ import annotations

from wirematch.text.languages.language import Language, function_words, snowball
from wirematch.text.languages.spelling import german, nordic


def _bare(word: str) -> str:
    """Strip the ending of Dutch plurals and genitives after a full vowel: ``foto's``."""
    return word.removesuffix("'s") or word


GERMAN = Language("de", function_words("de"), snowball("german"), spell=german)
DUTCH = Language("nl", function_words("nl"), snowball("dutch"), _bare)
DANISH = Language("da", function_words("da"), snowball("danish"), spell=nordic)
SWEDISH = Language("sv", function_words("sv"), snowball("swedish"), spell=nordic)
NORWEGIAN = Language("no", function_words("no"), snowball("norwegian"), spell=nordic)
"""Bokmål, and the words in which Nynorsk differs."""
