"""Languages that are not read, told from relatives that are: a text in one of them is read in no language.

Read in its relative, such a text would lose words that are not function words in it and keep its own, and a rewrite of
it would be judged by a measure that was made for another language.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wirematch.text.languages.language import function_words
from wirematch.text.languages.spelling import unmarked

LEAST_OWN = 3
"""Words that only the unread language has, without which a text is not taken for one in it."""


@dataclass(frozen=True, slots=True, eq=False)
class UnreadLanguage:
    """Function words of a language, also those that it shares with the languages that it may be taken for."""

    code: str
    taken_for: frozenset[str]
    function_words: frozenset[str]
    """As they are written, and without their marks."""

    def is_likelier(self, words: Counter[str], other: frozenset[str]) -> bool:
        """Whether more of these folded words are function words of this language alone than of the other alone."""
        own = sum(words[word] for word in words.keys() & self.function_words if word not in other)
        return own >= LEAST_OWN and own > sum(
            words[word] for word in words.keys() & other if word not in self.function_words
        )


_TAKEN_FOR = {
    "ca": "es pt it fr ro",
    "gl": "pt es",
    "oc": "es fr pt it",
    "sk": "cs pl sr",
    "sl": "cs sr pl",
    "sq": "cs sr pl ro",
    "mk": "bg sr ru uk",
    "be": "uk ru bg",
    "yi": "he",
    "af": "nl de",
    "is": "no da sv",
    "fo": "no da sv",
    "ht": "es fr",
}
"""Unread language -> the languages that it may be taken for."""


def _language(code: str, taken_for: str) -> UnreadLanguage:
    written = function_words(code)
    return UnreadLanguage(code, frozenset(taken_for.split()), written.union(map(unmarked, written)))


UNREAD = tuple(_language(code, taken_for) for code, taken_for in _TAKEN_FOR.items())
"""Those of the languages near one that is read in which news is written."""


def is_unread(code: str, words: list[str], function_words: frozenset[str]) -> bool:
    """Whether a text of these folded words, taken for one in the language of this code, is likelier in another."""
    near = [language for language in UNREAD if code in language.taken_for]
    if not near:
        return False
    counts = Counter(words)
    return any(language.is_likelier(counts, function_words) for language in near)
