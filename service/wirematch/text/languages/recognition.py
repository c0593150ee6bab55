"""Detect the language of a text by its function words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from wirematch.text.english import ENGLISH_SHARE, FUNCTION_WORDS, stem
from wirematch.text.languages.further import FINNISH, GREEK, HINDI, HUNGARIAN, INDONESIAN, KOREAN, TURKISH
from wirematch.text.languages.germanic import DANISH, DUTCH, GERMAN, NORWEGIAN, SWEDISH
from wirematch.text.languages.language import Language, as_it_stands
from wirematch.text.languages.romance import FRENCH, ITALIAN, PORTUGUESE, ROMANIAN, SPANISH
from wirematch.text.languages.semitic import ARABIC, HEBREW
from wirematch.text.languages.slavic import BULGARIAN, CZECH, POLISH, RUSSIAN, SERBIAN, UKRAINIAN
from wirematch.text.languages.spelling import transcribed, unmarked
from wirematch.text.languages.unread import is_unread
from wirematch.text.word_cache import by_word

ENGLISH = Language("en", FUNCTION_WORDS, stem, spell=as_it_stands, least_share=ENGLISH_SHARE)
OTHERS = (
    SPANISH, PORTUGUESE, FRENCH, GERMAN, ITALIAN, DUTCH, RUSSIAN, ARABIC, HINDI, INDONESIAN, TURKISH,
    DANISH, SWEDISH, NORWEGIAN, FINNISH, POLISH, CZECH, HUNGARIAN, SERBIAN, UKRAINIAN, ROMANIAN, GREEK, HEBREW,
    BULGARIAN,
)  # fmt: skip

CLEAR_LEAD = 1.25
"""Least ratio of the function words of a text's language to those of any other. Spanish and Portuguese news have 1.6
and more; Galician has 1.05 and would be taken for either at random."""
FAR_LEAD, LEAST_FUNCTION_WORDS = 3, 4
"""Technical or terse texts have half as many function words or fewer: they are read in a language of which they have at
least FAR_LEAD times as many as of any other."""
MOST_FOREIGN = 0.04
"""How many more letters that a language does not have a text in it may have for each word, compared with the letters
that a relative does not have: names have some. Russian has a letter that Ukrainian does not have in every eighth word,
Ukrainian one that Russian does not have in every third."""
HANGUL_SHARE = 0.5
"""Korean uses particles instead of function words, but no other language is written in Hangul."""


_Owners = dict[str, tuple[Language, ...]]


def _owners(words_of: Callable[[Language], Iterable[str]]) -> _Owners:
    """Word -> the languages that have it among these words, for a single look-up per word."""
    owners: _Owners = {}
    for language in (ENGLISH, *OTHERS):
        for word in words_of(language):
            owners[word] = (*owners.get(word, ()), language)
    return owners


_OWNERS = _owners(lambda language: language.function_words)
_OWNERS_OF_SPELLED = _owners(
    lambda language: language.spelled_function_words.union(map(transcribed, language.function_words))
)


@by_word
def _as_written(word: str) -> tuple[Language, ...]:
    """The languages that have a folded word as a function word; how others spell theirs counts only if none has."""
    return _OWNERS.get(word) or _OWNERS_OF_SPELLED.get(unmarked(word), ())


@by_word
def _in_any_spelling(word: str) -> tuple[Language, ...]:
    """The languages that have a folded word as a function word in some spelling."""
    return _OWNERS_OF_SPELLED.get(unmarked(word), ())


def recognize(words: list[str]) -> Language | None:
    """Return the language in which to read a text of these folded words; None if none fits.

    Depends on the text alone: a wrong or missing language label must never hide a match. English is tried first, in one
    pass over the words; another pass covers all other languages, and a third one texts without their marks.
    """
    if not words:
        return None
    if sum(map(FUNCTION_WORDS.__contains__, words)) >= ENGLISH_SHARE * len(words):
        return ENGLISH
    found = _clearest(words, _as_written)
    if found is None and sum("가" <= word[0] <= "힣" for word in words) >= HANGUL_SHARE * len(words):
        return KOREAN
    found = found or _clearest(words, _in_any_spelling)
    return None if found is not None and is_unread(found.code, words, _every_spelling(found)) else found


@cache
def _every_spelling(language: Language) -> frozenset[str]:
    """The function words of a language as they are written and without their marks."""
    return language.function_words | language.spelled_function_words


def _clearest(words: list[str], languages_of: Callable[[list[str]], list[tuple[Language, ...]]]) -> Language | None:
    """The language of most function words, if there are enough of them and clearly more than of any other."""
    counts: Counter[Language] = Counter()
    owners = Counter(filter(None, languages_of(words)))
    for languages, count in owners.items():
        for language in languages:
            counts[language] += count
    if counts and counts.most_common(1)[0][0].foreign_letters:
        counts = _of_its_letters(counts, words)
    ranked = counts.most_common(2) or [(ENGLISH, 0)]
    best, most = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0
    if most >= best.least_share * len(words) and (
        most >= CLEAR_LEAD * second or _leads_alone(owners, best, ranked[1][0])
    ):
        return best
    enough = max(LEAST_FUNCTION_WORDS, FAR_LEAD * second, best.least_share / 2 * len(words))
    return best if most >= enough else None


def _of_its_letters(counts: Counter[Language], words: list[str]) -> Counter[Language]:
    """Leave out languages without the letters of this text, as relatives share most of their function words."""
    text = " ".join(words)
    strange = {one: sum(map(text.count, one.foreign_letters)) for one in counts}
    most = min(strange[one] for one in counts if one.foreign_letters) + MOST_FOREIGN * len(words)
    return Counter({one: count for one, count in counts.items() if strange[one] <= most})


def _leads_alone(owners: Counter[tuple[Language, ...]], best: Language, other: Language) -> bool:
    """Whether nearly all function words that set the two languages apart are the first one's; for relatives."""
    of_best = sum(count for languages, count in owners.items() if best in languages and other not in languages)
    of_other = sum(count for languages, count in owners.items() if other in languages and best not in languages)
    return of_best >= max(1, FAR_LEAD * of_other)
