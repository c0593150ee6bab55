"""Cut folded text into words, for every script.

Scripts that put spaces between words give words. Chinese, Japanese, Thai, Lao, Khmer and Burmese do not; there each
character (with its marks) is a word of its own, and n-grams over them do the work that words do elsewhere.
"""

from __future__ import annotations

import regex

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD = regex.compile(
    rf"""
      (?P<unspaced>[{_UNSPACED}]\p{{M}}*)
    | (?P<acronym>(?:\p{{L}}\.){{2,}}(?:'s)?)
    | \p{{N}}+(?:[.,]\p{{N}}+)*
    | [[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+(?:'[\p{{L}}\p{{M}}]+)?
    """,
    regex.VERBOSE | regex.V1,
)


def fold_word(match: regex.Match[str]) -> str:
    """The form in which a word is compared: ``u.s.`` is ``us`` and ``1,200`` is ``1200``."""
    word: str = match.group()
    if match.lastgroup == "acronym":
        return word.removesuffix("'s").replace(".", "")
    if word[0].isdigit():
        return word.replace(",", "")
    return word
