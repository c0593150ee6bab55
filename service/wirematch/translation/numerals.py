"""Convert numbers to English notation: "17,5" to "17.5", and "1.200" or "1 200" to "1,200"."""

from __future__ import annotations

import re

POINTS = frozenset({"en", "zh", "ja", "ko", "he", "hi", "th"})
"""Languages with a decimal point; the others here have a decimal comma."""
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.\u00a0\u202f ]\d{3})+|\d+)(?:,(\d{1,2}|\d{4,}))?(?![\w]|[.,]\d)")


def in_english(sentence: str) -> str:
    """Return the sentence with its numbers in English notation. Dates, times, years and "1,200" are unchanged."""

    def write(match: re.Match[str]) -> str:
        whole, decimals = match[1], match[2]
        grouped = re.sub(r"[.\u00a0\u202f ]", ",", whole)
        return f"{grouped}.{decimals}" if decimals is not None else grouped

    return _NUMBER.sub(write, sentence)


def writes_commas(language: str) -> bool:
    """Whether the language has a decimal comma."""
    return language not in POINTS
