"""Compounds: what some languages or writers write as one word and others as several.

``Regierungschef`` is the ``Chef der Regierung``. There is no dictionary: compounds are split with the help of another
text, and only parts that occur in that text as words are of use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from wirematch.text.languages.further import FINNISH
from wirematch.text.languages.germanic import DANISH, DUTCH, GERMAN, NORWEGIAN, SWEDISH
from wirematch.text.languages.language import Language

SHORTEST_COMPOUND, LONGEST_COMPOUND = 7, 40
"""Least and most letters of a word that is split. Every position is tried, and for three parts every pair of positions,
so longer words would take too long."""
SHORTEST_PART = 3
MOST_PARTS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Compounding:
    """How a language forms compounds."""

    language: Language
    links: tuple[str, ...]
    """Linking elements that may follow a part: Regierung-s-chef."""
    lost: tuple[str, ...] = ()
    """Endings that a part may lose before the next one: Schul(e)-haus, kyrk(a)-o-herde."""

    def part_of(self, letters: str, known: Mapping[str, int], *, is_last: bool) -> str | None:
        """The known term that these letters of a compound stand for; None if there is none."""
        if letters in known:
            return letters
        forms = (letters,) if is_last else self._bare(letters)
        return next((term for term in map(_stemmer(self.language), forms) if term in known), None)

    def _bare(self, letters: str) -> Iterator[str]:
        yield letters
        for link in self.links:
            bare = letters.removesuffix(link)
            if bare != letters and len(bare) >= SHORTEST_PART:
                yield bare
                yield from (bare + ending for ending in self.lost)
        yield from (letters + ending for ending in self.lost)


COMPOUNDING: Mapping[str | None, Compounding] = {
    "de": Compounding(GERMAN, ("s", "es", "n", "en", "er", "e"), ("e",)),
    "nl": Compounding(DUTCH, ("s", "en", "n", "e")),
    "da": Compounding(DANISH, ("s", "e")),
    "no": Compounding(NORWEGIAN, ("s", "e")),
    "sv": Compounding(SWEDISH, ("s", "u", "o", "e"), ("a", "e")),
    "fi": Compounding(FINNISH, ("n",)),
}
"""ISO 639-1 code -> how that language forms compounds."""


class CompoundParts:
    """The words of a text, by which another text's compounds are split."""

    def __init__(self, compounding: Compounding, terms: Mapping[str, int]) -> None:
        """``terms`` maps the stems of the text's content words to values of the caller's choice."""
        self._compounding = compounding
        self._terms = terms
        self._beginnings = {term[:SHORTEST_PART] for term in terms}

    def of(self, word: str, most: int = MOST_PARTS) -> list[tuple[str, int]] | None:
        """Split a word in unified spelling into terms of the text, each with its number of letters; None if impossible.

        Of several splits, the one whose shorter side is longest is chosen.
        """
        if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
            return None
        if word[:SHORTEST_PART] not in self._beginnings:
            return None
        best: list[tuple[str, int]] | None = None
        shorter = 0
        for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            if min(place, len(word) - place) <= shorter or word[place : place + SHORTEST_PART] not in self._beginnings:
                continue
            last = self._compounding.part_of(word[place:], self._terms, is_last=True)
            first = self._first(word[:place], most - 1) if last else None
            if last and first:
                best, shorter = [*first, (last, len(word) - place)], min(place, len(word) - place)
        return best

    def _first(self, letters: str, most: int) -> list[tuple[str, int]] | None:
        found = self._compounding.part_of(letters, self._terms, is_last=False)
        if found:
            return [(found, len(letters))]
        return self.of(letters, most) if most > 1 else None


@cache
def _stemmer(language: Language) -> Callable[[str], str]:
    return lru_cache(maxsize=16_384)(language.stem)
