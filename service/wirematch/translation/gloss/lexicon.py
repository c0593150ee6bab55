"""A bilingual dictionary to look up translations: in its own direction, or inverted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from wirematch.translation.gloss.dictd import DictdDictionary
from wirematch.translation.gloss.entries import read_entry

OTHER_CASE = 0.15
"""Weight of a sense whose headword has a first letter of the other case: ``Sagen`` are legends, ``sagen`` is to say."""
SHORT_ENTRY = 100
"""In characters. Entries with more examples and references are more usual: "Tag" is a day before it is a tag."""
LENGTH_POWER = 0.7
MOST_HEADWORD_WORDS = 3
_STRAY = frozenset("…-")


class Senses(Protocol):
    """Looks up a word's translations."""

    def senses(self, word: str) -> Mapping[str, float]:
        """Return translations with their weights, by the dictionary alone."""

    def akin(self, word: str) -> Mapping[str, float]:
        """Return translations of words with the same stem, if stems are known."""


class ForwardLexicon:
    """Looks up words of the dictionary's source language."""

    def __init__(self, dictionary: DictdDictionary) -> None:
        self._dictionary = dictionary

    def senses(self, word: str) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for text in self._dictionary.entries(word):
            entry = read_entry(text)
            if _STRAY.intersection(entry.headword[:1] + entry.headword[-1:]):
                continue
            weight = (len(text) / SHORT_ENTRY) ** LENGTH_POWER
            if entry.headword[:1] != word[:1]:
                weight *= OTHER_CASE
            for rank, translation in enumerate(entry.translations, 1):
                found[translation] = found.get(translation, 0.0) + weight / rank
        return found

    def akin(self, word: str) -> Mapping[str, float]:  # noqa: ARG002 - its headwords have no stems
        return {}


class ReversedLexicon:
    """Looks up words of the dictionary's target language: all entries are read once and kept in memory.

    A word that is not a headword has the translations of those with the same stem, as dictionaries have fewer forms of
    a word than lemmatizers know.
    """

    def __init__(self, entries: Iterable[str], stem: Callable[[str], str] | None = None) -> None:
        """``stem`` takes a word in lower case; by default there are no stems."""
        self._found: dict[str, dict[str, float]] = {}
        self._stem = stem
        self._stems: dict[str, list[str]] = {}
        for text in entries:
            entry = read_entry(text)
            headword = entry.headword.removeprefix("to ")
            if not headword or len(headword.split()) > MOST_HEADWORD_WORDS:
                continue
            for rank, translation in enumerate(entry.translations, 1):
                senses = self._found.setdefault(translation.lower(), {})
                senses[headword] = senses.get(headword, 0.0) + 1 / rank
        if stem is not None:
            for word in self._found:
                if " " not in word:
                    self._stems.setdefault(stem(word), []).append(word)

    def senses(self, word: str) -> Mapping[str, float]:
        return self._found.get(word.lower(), {})

    def akin(self, word: str) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for other in self._stems.get(self._stem(word.lower()), ()) if self._stem is not None else ():
            for translation, weight in self._found[other].items():
                found[translation] = found.get(translation, 0.0) + weight
        return found
