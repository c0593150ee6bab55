"""Arabic and Hebrew: articles, conjunctions and prepositions are written as one word with what follows."""

from __future__ import annotations

from wirematch.text.languages.language import Language, function_words, snowball

LEAST_LEFT = 3
"""Letters that must stay."""
_WITHOUT_HAMZA = str.maketrans("أإآ", "ااا")
# The article, alone and joined to particles: and-the, so-the, by-the, as-the, and-to-the, to-the, the.
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_HEBREW_PREFIXES = frozenset("ושהבלכמ")
"""And, that, the, in, to, as, from; also several of them."""
_HEBREW_ENDINGS = ("יות", "ים", "ות", "ית", "יה", "ה", "ת", "י")
_FINAL_LETTERS = str.maketrans("םןץףך", "מנצפכ")


def _bare_arabic(word: str) -> str:
    """Strip the article, as Snowball removes different endings from a word with it than from the word without it.

    Also strips "and" before an alif, which Snowball leaves; it strips other particles itself.
    """
    while True:
        for prefix in _ARTICLES:
            if word.startswith(prefix) and len(word) >= len(prefix) + LEAST_LEFT:
                word = word.removeprefix(prefix)
                break
        else:
            return word[1:] if word.startswith("وا") and len(word) > LEAST_LEFT + 1 else word


def _bare_hebrew(word: str) -> str:
    """Strip every leading letter that may be a prefix: the same is left of a word with and without its prefixes."""
    start = 0
    while len(word) - start > LEAST_LEFT and word[start] in _HEBREW_PREFIXES:
        start += 1
    return word[start:]


def _stem_hebrew(bare: str) -> str:
    """Strip an ending of number, gender or possession; final letters are written as within a word."""
    ending = next((one for one in _HEBREW_ENDINGS if bare.endswith(one) and len(bare) - len(one) >= LEAST_LEFT), "")
    return bare.removesuffix(ending).translate(_FINAL_LETTERS)


def _joined(particles: tuple[str, ...], words: frozenset[str]) -> frozenset[str]:
    return frozenset(particle + word for particle in particles for word in words)


_ARABIC_WORDS = function_words("ar")
ARABIC = Language(
    "ar",
    # "And" and "so": wa-qala, fa-inna.
    _joined(("", "و", "ف"), _ARABIC_WORDS.union(word.translate(_WITHOUT_HAMZA) for word in _ARABIC_WORDS)) | {"و"},
    snowball("arabic"),
    _bare_arabic,
    least_share=0.12,  # the article and half the prepositions are part of the following word
)
HEBREW = Language(
    "he",
    _joined(("", "ו", "ש", "כש"), function_words("he")),
    _stem_hebrew,
    _bare_hebrew,
    least_share=0.12,  # the article and most prepositions are part of the following word
)
