"""Numbers as English writes them: "17,5" is "17.5", and "1.200" or "1 200" is "1,200"."""

from __future__ import annotations

import re

POINTS = frozenset({"en", "zh", "ja", "ko", "he", "hi", "th"})
"""Languages that write a point before decimals; the others here write a comma."""
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:[.\u00a0\u202f ]\d{3})+|\d+)(?:,(\d{1,2}|\d{4,}))?(?![\w]|[.,]\d)")


def in_english(sentence: str) -> str:
    """The sentence with its numbers in English. Dates, times, years and "1,200" stay as they are."""

    def write(match: re.Match[str]) -> str:
        whole, decimals = match[1], match[2]
        grouped = re.sub(r"[.\u00a0\u202f ]", ",", whole)
        return f"{grouped}.{decimals}" if decimals is not None else grouped

    return _NUMBER.sub(write, sentence)


def writes_commas(language: str) -> bool:
    """Whether numbers of the language have a comma before decimals."""
    return language not in POINTS
