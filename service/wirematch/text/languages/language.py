"""What is to be known of a language: which of its words carry no subject matter, and which forms of a word are one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import Stemmer


def as_it_stands(word: str) -> str:
    """Most languages attach nothing to a word that would have to be taken off first."""
    return word


def snowball(algorithm: str) -> Callable[[str], str]:
    """The stemmer of that name (Porter 2001). It keeps no words, as whoever reads texts does."""
    stem: Callable[[str], str] = Stemmer.Stemmer(algorithm, 0).stemWord
    return stem


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """How the words of one language are read; each of the modules beside this one holds one."""

    code: str
    """ISO 639-1."""
    function_words: frozenset[str]
    """Closed-class words, plus the few verbs of saying that stand in every news sentence."""
    stem: Callable[[str], str]
    bare: Callable[[str], str] = as_it_stands
    """Takes off what is written together with a word without being part of it: ``l'accord`` is ``accord``."""
    letters: Mapping[int, str | int | None] | None = None
    """Letters that are written one way or another, as for ``str.translate``: ``ё`` is mostly printed ``е``."""
    least_share: float = 0.2
    """A text is read in this language when its words are function words at least this often: half of what news has."""

    def __post_init__(self) -> None:
        """Function words are met as they were written and in the one spelling."""
        spelled = map(self.spell, self.function_words)
        object.__setattr__(self, "function_words", self.function_words.union(spelled))

    def spell(self, word: str) -> str:
        """``word`` in the one spelling in which words are compared; a word of nothing but marks stays."""
        return word.translate(self.letters) or word if self.letters else word

    def read(self, spelled: str) -> tuple[str, bool]:
        """Term, and whether it is a content word."""
        bare = self.bare(spelled)
        function = bare in self.function_words or spelled in self.function_words
        return self.stem(bare), not function
