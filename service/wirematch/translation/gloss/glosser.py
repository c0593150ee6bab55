"""Gloss sentences of one language: an English translation of each word, in the original order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from wirematch.translation.gloss.choosing import best_sense
from wirematch.translation.gloss.grammar import WITHOUT_ARTICLES, bare_names, joined_verb, split_compound, with_articles
from wirematch.translation.gloss.lexicon import Senses
from wirematch.translation.numerals import in_english, writes_commas

_TABLE = "core_words.tsv"


@cache
def core_words(language: str) -> Mapping[str, str]:
    """Return the usual translations of the most frequent words of news: dictionaries do not rank their twenty senses.

    By lemma, or by a form that no dictionary has (``im``): our own list, for a few languages.

    A line of the table has a language and pairs separated by blanks: ``de<TAB>Tag=day Woche=week``.
    """
    table = (files("wirematch.translation.gloss") / _TABLE).read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in table.splitlines())
    return dict(pair.split("=", 1) for code, _, pairs in rows if code == language for pair in pairs.split())


MOST_KEPT = 131_072
"""Number of glosses cached, some 25 MB; the cache is then cleared."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLAUSE_END = re.compile(r"[,.;:!?()»“”\"–—]")

VERB_FRAMES = ("etw", "sich", "jdn", "jdm", "jdm etw", "sich etw", "auf etw", "an etw", "mit etw")
"""What precedes many a verb in a German headword: its object."""

NO_NAMES: Mapping[str, str] = {}

Lemma = Callable[[str], str]
"""Returns the dictionary form of a word."""


class Glosser:
    """Glosses words, sentences and texts. Not thread-safe."""

    def __init__(self, language: str, lexicon: Senses, lemma: Lemma, function_words: frozenset[str]) -> None:
        self._language = language
        self._lexicon = lexicon
        self._lemma = lemma
        self._function_words = function_words
        self._core = core_words(language)
        self._kept: dict[str, str | None] = {}

    def gloss_text(self, sentences: Sequence[str]) -> Iterator[str]:
        """Gloss the sentences of a text one by one; inflected forms of a name are unified."""
        words = {match[0] for sentence in sentences for match in _WORD.finditer(sentence)}
        names = bare_names(word for word in words if word[0].isupper() and self._known(word) is None)
        return (self.gloss(sentence, names) for sentence in sentences)

    def gloss(self, sentence: str, names: Mapping[str, str] = NO_NAMES) -> str:
        """Replace every word by its translation, if it has one; names and punctuation stay.

        ``names`` maps inflected names to their base forms.
        """
        written = in_english(sentence) if writes_commas(self._language) else sentence
        matches = list(_WORD.finditer(written))
        glosses = [self.word(match[0], first=place == 0) for place, match in enumerate(matches)]
        if self._language == "de":
            self._join_verbs(written, matches, glosses)
        elif self._language in WITHOUT_ARTICLES:
            glosses = with_articles(glosses)
        pieces, end = [], 0
        for match, gloss in zip(matches, glosses, strict=True):
            between = written[end : match.start()]
            pieces += [
                between.rstrip() if gloss == "" else between,
                names.get(match[0], match[0]) if gloss is None else gloss,
            ]
            end = match.end()
        joined = " ".join("".join([*pieces, written[end:]]).split())
        return joined[:1].upper() + joined[1:]

    def word(self, word: str, *, first: bool = False) -> str | None:
        """Return a word's translation, or None.

        The ``first`` word of a sentence may be capitalised without being a noun or name.
        """
        asked = word[0].lower() + word[1:] if first and word[1:].islower() else word
        gloss = self._known(asked)
        if gloss is None and asked is not word:
            gloss = self._known(word)
        return gloss

    def _known(self, word: str) -> str | None:
        if word not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[word] = self._find(word)
        return self._kept[word]

    def _find(self, word: str) -> str | None:
        for form in (word.lower(), word, self._lemma(word)):
            if form in self._core:
                return self._core[form]
        if word.isupper() and len(word) > 1:
            return None  # abbreviations mean something else than the words that they look like
        function_word = word.lower() in self._function_words
        lemma = self._lemma(word)
        for form in dict.fromkeys((word, lemma) if function_word else (lemma, word)):
            gloss = best_sense(self._senses(form), form, function_word=function_word)
            if gloss is not None:
                return gloss
        if "-" in word:
            return " ".join(self._known(part) or part for part in word.split("-") if part)
        if self._language == "de":
            return split_compound(word.lower(), self._part)
        return best_sense(self._lexicon.akin(word), word, function_word=False)

    def _senses(self, form: str) -> Mapping[str, float]:
        if self._language != "de" or not (form.islower() and form.endswith("n")):
            return self._lexicon.senses(form)
        found = dict(self._lexicon.senses(form))
        for frame in VERB_FRAMES:
            for translation, weight in self._lexicon.senses(f"{frame} {form}").items():
                found[translation] = found.get(translation, 0.0) + weight
        return found

    def _part(self, part: str) -> str | None:
        """Return the translation of a compound's part, which may be a noun or not."""
        for form in (part.capitalize(), part):
            senses = self._lexicon.senses(form) or self._lexicon.senses(self._lemma(form))
            if (gloss := best_sense(senses, part, function_word=False)) is not None:
                return gloss
        return None

    def _join_verbs(self, written: str, matches: Sequence[re.Match[str]], glosses: list[str | None]) -> None:
        start = 0
        ends = [
            place
            for place, (one, following) in enumerate(pairwise(matches), 1)
            if _CLAUSE_END.search(written, one.end(), following.start())
        ]
        for end in (*ends, len(matches)):
            words = [match[0] for match in matches[start:end]]
            found = joined_verb(words, self._lemma, lambda verb: bool(self._lexicon.senses(verb)))
            if found is not None:
                place, verb = found
                glosses[start + place], glosses[end - 1] = self._known(verb), ""
            start = end
