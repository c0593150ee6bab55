"""Detect the language of a text by its function words."""

from __future__ import annotations

from collections import Counter

from wirematch.text.english import ENGLISH_SHARE, FUNCTION_WORDS, stem
from wirematch.text.languages.arabic import ARABIC
from wirematch.text.languages.czech import CZECH
from wirematch.text.languages.danish import DANISH
from wirematch.text.languages.dutch import DUTCH
from wirematch.text.languages.finnish import FINNISH
from wirematch.text.languages.french import FRENCH
from wirematch.text.languages.german import GERMAN
from wirematch.text.languages.hindi import HINDI
from wirematch.text.languages.hungarian import HUNGARIAN
from wirematch.text.languages.indonesian import INDONESIAN
from wirematch.text.languages.italian import ITALIAN
from wirematch.text.languages.korean import KOREAN
from wirematch.text.languages.language import Language, as_it_stands
from wirematch.text.languages.norwegian import NORWEGIAN
from wirematch.text.languages.polish import POLISH
from wirematch.text.languages.portuguese import PORTUGUESE
from wirematch.text.languages.russian import RUSSIAN
from wirematch.text.languages.spanish import SPANISH
from wirematch.text.languages.spelling import plain, transcribed
from wirematch.text.languages.swedish import SWEDISH
from wirematch.text.languages.turkish import TURKISH

ENGLISH = Language("en", FUNCTION_WORDS, stem, spell=as_it_stands, least_share=ENGLISH_SHARE)
OTHERS = (
    SPANISH, PORTUGUESE, FRENCH, GERMAN, ITALIAN, DUTCH, RUSSIAN, ARABIC, HINDI, INDONESIAN, TURKISH,
    DANISH, SWEDISH, NORWEGIAN, FINNISH, POLISH, CZECH, HUNGARIAN,
)  # fmt: skip

CLEAR_LEAD = 1.25
"""Least ratio of the function words of a text's language to those of any other. Spanish and Portuguese news have 1.6
and more; Galician has 1.05 and would be taken for either at random."""
FAR_LEAD, LEAST_FUNCTION_WORDS = 3, 4
"""Technical or terse texts have half as many function words or fewer: they are read in a language of which they have at
least FAR_LEAD times as many as of any other."""
HANGUL_SHARE = 0.5
"""Korean uses particles instead of function words, but no other language is written in Hangul."""


class _Owners(dict[str, tuple[Language, ...]]):
    """Word -> the languages that have it as a function word, for a single look-up per word."""

    def __init__(self) -> None:
        super().__init__()
        for language in OTHERS:
            for word in language.function_words.union(map(transcribed, language.function_words)):
                self[word] = (*self.get(word, ()), language)

    def of(self, word: str) -> tuple[Language, ...]:
        """The languages of a folded word, by its unified spelling if it is none of theirs as it stands."""
        return self.get(word) or self.get(plain(word), ())


_OWNERS = _Owners()


def recognize(words: list[str]) -> Language | None:
    """Return the language in which to read a text of these folded words; None if none fits.

    Depends on the text alone: a wrong or missing language label must never hide a match. English is tried first, in one
    pass over the words; another pass covers all other languages.
    """
    if not words:
        return None
    english = sum(map(FUNCTION_WORDS.__contains__, words))
    if english >= ENGLISH_SHARE * len(words):
        return ENGLISH
    counts: Counter[Language] = Counter({ENGLISH: english})
    for languages, count in Counter(map(_OWNERS.of, words)).items():
        for language in languages:
            counts[language] += count
    ranked = counts.most_common(2)
    best, most = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0
    if most >= best.least_share * len(words) and (
        most >= CLEAR_LEAD * second or _leads_alone(words, best, ranked[1][0])
    ):
        return best
    if most >= max(LEAST_FUNCTION_WORDS, FAR_LEAD * second, best.least_share / 2 * len(words)):
        return best
    hangul = sum("가" <= word[0] <= "힣" for word in words)
    return KOREAN if hangul >= HANGUL_SHARE * len(words) else None


def _leads_alone(words: list[str], best: Language, other: Language) -> bool:
    """Whether nearly all function words that set the two languages apart are the first one's; for close relatives."""
    owners = list(map(_OWNERS.of, words))
    of_best = sum(best in languages and other not in languages for languages in owners)
    of_other = sum(other in languages and best not in languages for languages in owners)
    return of_best >= FAR_LEAD * max(of_other, 1)
