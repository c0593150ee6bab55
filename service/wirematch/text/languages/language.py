"""What the service knows of a language: its function words and its stems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import Stemmer

from wirematch.text.languages.spelling import plain

WORDS_FILE = "function_words.tsv"


def function_words(code: str) -> frozenset[str]:
    """The function words of a language, as ``function_words.tsv`` has them."""
    return frozenset(_function_words()[code])


@cache
def _function_words() -> dict[str, list[str]]:
    lines = (files("wirematch.text.languages") / WORDS_FILE).read_text(encoding="utf-8").splitlines()
    words = defaultdict[str, list[str]](list)
    for code, _, some in (line.partition("\t") for line in lines if not line.startswith("#")):
        words[code] += some.split(" ")
    return words


def as_it_stands(word: str) -> str:
    """The identity, for languages in which nothing has to be stripped from a word first."""
    return word


def snowball(algorithm: str) -> Callable[[str], str]:
    """The Snowball stemmer of that name (Porter 2001), without its cache: callers cache words themselves."""
    stem: Callable[[str], str] = Stemmer.Stemmer(algorithm, 0).stemWord
    return stem


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """How the words of a language are read; the modules of families beside this one define them."""

    code: str
    """ISO 639-1 code."""
    function_words: frozenset[str]
    """Closed-class words, plus the few verbs of saying that occur in every news story."""
    stem: Callable[[str], str]
    """Takes words in unified spelling."""
    bare: Callable[[str], str] = as_it_stands
    """Strips what is written together with a word but is not part of it: ``l'accord`` becomes ``accord``."""
    spell: Callable[[str], str] = plain
    """Returns a folded word in unified spelling, never an empty one."""
    least_share: float = 0.2
    """Least share of function words for a text to be read in this language: half of what news has."""

    foreign_letters: str = ""
    """Letters that tell related languages: this one has no word with them."""

    spelled_function_words: frozenset[str] = field(init=False)
    """The function words in unified spelling."""

    def __post_init__(self) -> None:
        """Spell the function words."""
        object.__setattr__(self, "spelled_function_words", frozenset(map(self.spell, self.function_words)))

    def stem_of(self, word: str) -> str:
        """The stem of a folded word in any spelling."""
        return self.stem(self.spell(word))

    def read(self, spelled: str) -> tuple[str, bool]:
        """Return the term of a word in unified spelling, and whether it is a content word."""
        bare = self.bare(spelled)
        function = bare in self.spelled_function_words or spelled in self.spelled_function_words
        return self.stem(bare), not function
