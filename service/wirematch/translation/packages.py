"""Debian packages to install for translation to English, for languages without an installed engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wirematch.translation.gloss.engine import NAME as GLOSS
from wirematch.translation.gloss.sources import lemmatizer
from wirematch.translation.translator import Translator, best_route

PIVOT = "en"
_APERTIUM = {
    "ca": "apertium-eng-cat",
    "eo": "apertium-eo-en",
    "es": "apertium-eng-spa",
    "eu": "apertium-eu-en",
    "fr": "apertium-fr-es apertium-eng-spa",
    "gl": "apertium-en-gl",
    "is": "apertium-isl-eng",
    "it": "apertium-spa-ita apertium-eng-spa",
    "mk": "apertium-mkd-eng",
    "pt": "apertium-es-pt apertium-eng-spa",
}
# The larger of the two directions; for Russian, FreeDict's 1,700 words are too few.
_DICTIONARIES = {
    "cs": "eng-ces",
    "da": "dan-eng",
    "de": "deu-eng",
    "fi": "eng-fin",
    "hi": "eng-hin",
    "hu": "hun-eng",
    "id": "eng-ind",
    "no": "eng-nor",
    "nl": "nld-eng",
    "pl": "pol-eng",
    "sv": "swe-eng",
    "tr": "eng-tur",
}
EXTRA = "pip install 'wirematch[gloss]'"


@dataclass(frozen=True, slots=True)
class Missing:
    """A language that cannot be translated to English here, or only poorly, and the remedy."""

    language: str
    install: tuple[str, ...]
    """Shell commands."""


def missing_languages(translators: Iterable[Translator]) -> Iterator[Missing]:
    """Yield languages that Debian supports but this machine lacks."""
    there = tuple(translators)
    for language in sorted({*_APERTIUM, *_DICTIONARIES}):
        if (chosen := best_route(there, language, PIVOT)) is not None and (
            chosen.route.engine != GLOSS or _DICTIONARIES.get(language) in chosen.route.steps
        ):
            continue  # a gloss by another dictionary than the language's largest is poor
        if language in _APERTIUM:
            yield Missing(language, (f"apt-get install {_APERTIUM[language]}",))
        else:
            dictionary = f"apt-get install dict-freedict-{_DICTIONARIES[language]}"
            yield Missing(language, (dictionary,) if lemmatizer() is not None else (dictionary, EXTRA))
