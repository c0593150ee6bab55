"""English: function words and stems."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from wirematch.text.languages.language import function_words

FUNCTION_WORDS = function_words("en")

# Share of function words from which on a text is read as English. English news has 0.40 to 0.50; Dutch, German,
# Spanish and French have less than 0.10.
ENGLISH_SHARE = 0.2

_CENTRES, _SPELLED_TWO_WAYS = ("tre", "tres"), ("our", "enc", "is")
_stemmer = Stemmer.Stemmer("english", 0)  # without its own cache: ``stem`` caches, and a second cache costs more


@lru_cache(maxsize=262_144)
def stem(word: str) -> str:
    """Snowball English stem with British and American spellings unified: ``defence`` equals ``defense``."""
    return _in_one_spelling(_stemmer.stemWord(_base(word)))


def stem_many(words: Iterable[str]) -> list[str]:
    """As ``stem``, uncached and in one call to Snowball, for words that will not be met again."""
    based = [_base(word) if "'" in word or word.endswith(_CENTRES) else word for word in words]
    stems = _stemmer.stemWords(based)
    return [_in_one_spelling(one) if one.endswith(_SPELLED_TWO_WAYS) else one for one in stems]


def _base(word: str) -> str:
    if "'" in word:
        word = word[:-2] if word.endswith("'s") else word.rstrip("'")
    if word.endswith(_CENTRES):
        singular = word.removesuffix("s")
        return singular[:-2] + "er" if len(singular) > 4 else word  # metre, theatres
    return word


def _in_one_spelling(stemmed: str) -> str:
    if len(stemmed) > 4 and stemmed.endswith(_SPELLED_TWO_WAYS):
        if stemmed.endswith("our"):
            return stemmed[:-3] + "or"  # honour
        if stemmed.endswith("enc"):
            return stemmed[:-1] + "s"  # defence
        return stemmed[:-1] + "z"  # organise
    return stemmed
