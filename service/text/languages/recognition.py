"""Tell the language of a text from its function words."""

from __future__ import annotations

from collections import Counter

from service.text.english import ENGLISH_SHARE, FUNCTION_WORDS, stem
from service.text.languages.arabic import ARABIC
from service.text.languages.dutch import DUTCH
from service.text.languages.french import FRENCH
from service.text.languages.german import GERMAN
from service.text.languages.hindi import HINDI
from service.text.languages.indonesian import INDONESIAN
from service.text.languages.italian import ITALIAN
from service.text.languages.korean import KOREAN
from service.text.languages.language import Language
from service.text.languages.portuguese import PORTUGUESE
from service.text.languages.russian import RUSSIAN
from service.text.languages.spanish import SPANISH
from service.text.languages.turkish import TURKISH

ENGLISH = Language("en", FUNCTION_WORDS, stem, least_share=ENGLISH_SHARE)
_OTHERS = (SPANISH, PORTUGUESE, FRENCH, GERMAN, ITALIAN, DUTCH, RUSSIAN, ARABIC, HINDI, INDONESIAN, TURKISH)

CLEAR_LEAD = 1.25
"""How many times as many function words of its language as of any other a text has. Spanish and Portuguese news stand
at 1.6 and more; Galician at 1.05, and would be taken now for the one and now for the other."""
HANGUL_SHARE = 0.5
"""Korean marks its words instead of having small ones, but no other language is written in Hangul."""


def _owners() -> dict[str, tuple[Language, ...]]:
    """Word -> the languages whose function word it is, so that one look-up asks for all of them."""
    owners: dict[str, tuple[Language, ...]] = {}
    for language in _OTHERS:
        for word in language.function_words:
            owners[word] = (*owners.get(word, ()), language)
    return owners


_OWNERS = _owners()


def recognize(words: list[str]) -> Language | None:
    """The language to read a text of these folded words in; None when none of the lists fits.

    Decided by the text alone: a wrong or missing language label must never hide a match. English comes first, and
    costs one pass over the words; so do all others together.
    """
    if not words:
        return None
    if sum(map(FUNCTION_WORDS.__contains__, words)) >= ENGLISH_SHARE * len(words):
        return ENGLISH
    counts: Counter[Language] = Counter()
    for languages, count in Counter(map(_OWNERS.get, words)).items():
        for language in languages or ():
            counts[language] += count
    ranked = counts.most_common(2)
    if ranked:
        best, most = ranked[0]
        clear = len(ranked) == 1 or most >= CLEAR_LEAD * ranked[1][1]
        if clear and most >= best.least_share * len(words):
            return best
    hangul = sum("가" <= word[0] <= "힣" for word in words)
    return KOREAN if hangul >= HANGUL_SHARE * len(words) else None
