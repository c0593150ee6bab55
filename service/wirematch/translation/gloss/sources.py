"""The installed dictionaries to or from English, and the lemmatizer that glossing needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wirematch.translation.gloss.dictd import DictdDictionary, digest_of, text_of
from wirematch.translation.gloss.lexicon import ForwardLexicon, ReversedLexicon, Senses
from wirematch.translation.language_codes import two_letters

_NAME = re.compile(r"freedict-([a-z]{3})-([a-z]{3})\.index")
_LEMMATIZED_AS = {"no": "nb", "hr": "hbs", "sr": "hbs", "bs": "hbs", "sh": "hbs"}
"""Languages for which simplemma uses another code."""
LEXICON_SCHEME = 1
"""Version of how translations are chosen; increase it with every change there, as translations then change."""


@dataclass(frozen=True)
class DictionarySource:
    """The dictionaries between one language and English."""

    language: str
    """ISO 639-1."""
    forward: Path | None
    """Index of the dictionary from the language to English."""
    backward: Path | None
    """Index of the one from English, if that has more entries."""

    @property
    def names(self) -> tuple[str, ...]:
        """``("deu-eng",)``, or ``("ces-eng", "eng-ces")``."""
        return tuple(file.name[len("freedict-") : -len(".index")] for file in (self.forward, self.backward) if file)

    @property
    def size(self) -> int:
        """Total size of the indexes in bytes, some 25 for each headword."""
        return sum(file.stat().st_size for file in self._files)

    def digest(self) -> str:
        """Return a hash of each dictionary's content."""
        return " ".join(f"{name}:{digest_of(file)}" for name, file in zip(self.names, self._files, strict=True))

    def open(self, stem: Callable[[str], str] | None = None) -> Senses:
        """Open the dictionaries; ``stem`` stems words of the language.

        The dictionary from English is read as a whole, in a second for 150,000 entries.

        Raises:
            OSError, ValueError: one cannot be read.
        """
        lexicons: list[Senses] = []
        if self.forward is not None:
            lexicons.append(ForwardLexicon(DictdDictionary(self.forward)))
        if self.backward is not None:
            lexicons.append(ReversedLexicon(DictdDictionary(self.backward), stem))
        return lexicons[0] if len(lexicons) == 1 else SeveralLexicons(lexicons)

    @property
    def _files(self) -> tuple[Path, ...]:
        return tuple(file for file in (self.forward, self.backward) if file is not None)


class SeveralLexicons:
    """Adds up the weights of several lexicons."""

    def __init__(self, lexicons: list[Senses]) -> None:
        self._lexicons = lexicons

    def senses(self, word: str) -> Mapping[str, float]:
        return _sum(lexicon.senses(word) for lexicon in self._lexicons)

    def akin(self, word: str) -> Mapping[str, float]:
        return _sum(lexicon.akin(word) for lexicon in self._lexicons)


def _sum(found: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    total: dict[str, float] = {}
    for senses in found:
        for translation, weight in senses.items():
            total[translation] = total.get(translation, 0.0) + weight
    return total


def installed_sources(folder: Path) -> Iterator[DictionarySource]:
    """Yield the languages with installed dictionaries, in alphabetical order."""
    forward: dict[str, Path] = {}
    backward: dict[str, Path] = {}
    for index in sorted(folder.glob("freedict-*.index")):
        match = _NAME.fullmatch(index.name)
        if match is None or not text_of(index).is_file():
            continue
        source, target = two_letters(match[1]), two_letters(match[2])
        if target == "en" and source is not None:
            forward[source] = index
        elif source == "en" and target is not None:
            backward[target] = index
    for language in sorted({*forward, *backward}):
        there, back = forward.get(language), backward.get(language)
        if there is not None and back is not None and there.stat().st_size >= back.stat().st_size:
            back = None
        yield DictionarySource(language, there, back)


def lemmatizer() -> tuple[Callable[[str, str], str], str] | None:
    """Return simplemma's function (word, language code) and its version; None if it is not installed."""
    try:
        return import_module("simplemma").lemmatize, version("simplemma")
    except (ImportError, PackageNotFoundError):
        return None


def has_lemmas(language: str) -> bool:
    """Whether simplemma is installed and supports the language."""
    if lemmatizer() is None:
        return False
    known = import_module("simplemma.strategies.dictionaries.dictionary_factory").SUPPORTED_LANGUAGES
    return _LEMMATIZED_AS.get(language, language) in known


def lemma_in(language: str) -> Callable[[str], str]:
    """Return the lemmatizer of a language. Its first use takes seconds and some 100 MB.

    It takes words as they are written: a capital letter makes a German noun.

    Raises:
        ValueError: the language is not supported.
    """
    found = lemmatizer()
    code = _LEMMATIZED_AS.get(language, language)
    if found is None:
        raise ValueError("simplemma is not installed")
    lemmatize, _ = found
    lemmatize("a", code)
    return lambda word: lemmatize(word, code)
