"""A bilingual dictionary to look up translations: in its own direction, or inverted.

An entry of FreeDict's dictionaries is text for people, formatted by dictfmt: headword, pronunciation between slashes,
part of speech in angle brackets; then translations, separated by commas; then, indented, examples, synonyms, notes and
cross references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from wirematch.translation.gloss.dictd import DictdDictionary

MOST_WORDS = 4
"""Maximum number of words of a translation; a longer one explains more than it translates."""
_PART = re.compile(r"<([^<>]*)>")
_HEAD_END = re.compile(r"\s*[/<\[(]")
_GLUED = re.compile(r"(?<=>)[^\s,;][^,;]*(?:,\s+/[^/]*/[^,;]*)*|(?<=[a-z])[A-Z]{2,}\b[^,;]*,\s+/[^/]*/")
"""Abbreviations follow a word without a blank: ``government <n>Gov.,  /ɡˈoːf/ , administration <n>``."""
_ASIDES = re.compile(r"/[^/]*/|\[[^\]]*\]|\([^)]*\)|<[^>]*>|\{[^}]*\}")
_SOMEBODY = re.compile(r"(?<!\w)(?:sth|sb|smb|smth|so|sob)(?:\.|\b)(?:'s)?(?:/(?:sth|sb)\.)?|\b(?:oneself|one's)\b")
_NUMBERED = re.compile(r"^\s*\d+\.\s+")


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """Those parts of an entry that glosses need."""

    headword: str
    part: str
    """``v, trans``, ``fem, n, sg``, …; often empty."""
    translations: tuple[str, ...]


def read_entry(text: str) -> DictionaryEntry:
    """Parse an entry; everything beyond translations is dropped."""
    first, *lines = text.split("\n")
    part = _PART.search(first)
    translations: list[str] = []
    for line in lines:
        if line.startswith(("   ", " see:")):
            continue
        for piece in re.split(r"[,;]", _ASIDES.sub(" ", _GLUED.sub("", _NUMBERED.sub("", line)))):
            words = _SOMEBODY.sub(" ", piece).replace("/", " ").split()
            if words[:1] == ["to"] and len(words) > 1:
                del words[0]
            if 0 < len(words) <= MOST_WORDS:
                translations.append(" ".join(words))
    return DictionaryEntry(_HEAD_END.split(first, maxsplit=1)[0].strip(), part[1] if part else "", tuple(translations))


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
