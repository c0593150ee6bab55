"""Languages without a close relative among those that are read: Finnish, Greek, Hindi, Hungarian, Indonesian, Korean
and Turkish.
"""

from __future__ import annotations

import regex

from wirematch.text.languages.language import Language, function_words, snowball
from wirematch.text.languages.spelling import plain, restoring
from wirematch.text.normalize import normalize

FINNISH = Language(
    "fi",
    function_words("fi"),
    snowball("finnish"),
    least_share=0.1,  # endings do the work of function words elsewhere
)
GREEK = Language("el", frozenset(normalize(word).text for word in function_words("el")), snowball("greek"))
HUNGARIAN = Language(
    "hu",
    function_words("hu"),
    restoring(snowball("hungarian"), "ól jén ján ért nál nél ként képpen".split()),
    least_share=0.15,
)
INDONESIAN = Language("id", function_words("id"), snowball("indonesian"))
"""Malay is close enough to be read as Indonesian."""

# The nukta (क़ for क) and the chandrabindu (गाँव for गांव) are often omitted or simplified.
_SIMPLIFIED = str.maketrans({"\u093c": None, "ँ": "ं"})


def _spell_hindi(word: str) -> str:
    return word.translate(_SIMPLIFIED) or word


HINDI = Language("hi", function_words("hi"), snowball("hindi"), spell=_spell_hindi)

LEAST_SYLLABLES = 2
"""Syllables of a Korean word that must be left; fewer are more likely half a word than a word without its particle."""
_PARTICLES = """
    은 는 이 가 을 를 의 에 에서 에게 에게서 께서 한테 으로 로 으로써 로써 으로서 로서 와 과 이나 나 도 만 까지 부터
    보다 처럼 마다 조차 밖에 이라고 라고 이라는 라는 이라며 라며 이며 이고 이다 인 쯤 들 에는 에도 에만 에서는 에서도
""".split()
_DO_AND_BECOME = """
    하다 하고 하며 하는 하기 하게 하지 하던 하면 하자 한 한다 할 해 해서 했고 했다 했다고 했던 했으나 했으며 했지만
    하기로 하도록 하려고 하면서 한다고 했습니다 합니다 되고 되며 되는 되기 되지 되면 된 된다 될 돼 됐고 됐다 됐다고
    됐으며 되었다 됩니다 시켰다 시킨 시키는 받은 받는
""".split()
_ENDINGS = frozenset(_PARTICLES + _DO_AND_BECOME)
_LONGEST = max(map(len, _ENDINGS))


def _stem_korean(word: str) -> str:
    """Strip particles and endings of 'do' and 'become', the longest first, until none is left.

    So a word and its marked forms are one. Snowball has no stemmer for Korean.
    """
    while True:
        for size in range(min(_LONGEST, len(word) - LEAST_SYLLABLES), 0, -1):
            if word[-size:] in _ENDINGS:
                word = word[:-size]
                break
        else:
            return word


KOREAN = Language("ko", function_words("ko"), _stem_korean)

_VOWELS, _BACK = frozenset("aeiou"), frozenset("aıou")
_TO_BACK, _TO_FRONT = str.maketrans("i", "ı"), str.maketrans("ou", "öü")
_HARD = regex.compile("(?<=[aeiou])g(?=[aeiou])")
_snowball_turkish = snowball("turkish")


def _bare_turkish(word: str) -> str:
    """Strip endings of names and numbers, which follow an apostrophe: ``Ankara'da``."""
    return word.partition("'")[0]


def _in_harmony(word: str) -> str:
    """Restore the marks that a word in unified spelling lacks, by vowel harmony: the stemmer needs them in endings.

    But for loan words, all vowels of a word are front vowels or all are back vowels. So each vowel is taken to be of
    the kind of the next one, and the last one of the kind of the one before. Between vowels, g is soft.
    """
    letters = list(_HARD.sub("ğ", word))
    places = [place for place, letter in enumerate(letters) if letter in _VOWELS]
    for place, after in zip(places[-2::-1], places[:0:-1], strict=True):
        letters[place] = letters[place].translate(_TO_BACK if letters[after] in _BACK else _TO_FRONT)
    if len(places) > 1:
        letters[places[-1]] = letters[places[-1]].translate(_TO_BACK if letters[places[-2]] in _BACK else _TO_FRONT)
    return "".join(letters)


TURKISH = Language(
    "tr",
    function_words("tr"),
    lambda word: plain(_snowball_turkish(_in_harmony(word))),
    _bare_turkish,
    least_share=0.1,  # endings do the work of prepositions elsewhere
)
