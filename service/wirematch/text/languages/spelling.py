"""Unified spelling: one for all ways in which feeds, keyboards and capitals spell a word.

An ASCII feed has no diacritics, German ones transcribe umlauts (``Mueller``), capitals lose the dot of a Turkish i,
vowel marks of Hebrew and Arabic are mostly left out, and Chinese is written in simplified or traditional characters.
Whoever has such a text cannot tell how its words are spelled in full. So words of all languages but English are
compared without what others leave out: ``Müller``, ``Mueller`` and ``Muller`` are one word. A few words of different
meaning become one (``Maße``, ``Masse``); texts that differ in nothing else are the same for every purpose here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files

import regex

CHARACTERS_FILE = "chinese_characters.tsv"

# Letters that Unicode does not decompose into a plain one and a mark.
_UNDECOMPOSED = {
    "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae",
    "œ": "oe", "ə": "e", "ё": "е",
}  # fmt: skip
_LATIN_AND_GREEK = (*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x1E00, 0x2000))
_HEBREW_POINTS = (*range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7)
_ARABIC_MARKS_AND_TATWEEL = (*range(0x0610, 0x061B), 0x0640, *range(0x064B, 0x0656), 0x0670)
# Hamza on alif is omitted as often as it is written, and so are the dots of a final ya and ta marbuta; Persian and Urdu
# keyboards have another ya and kaf.
_ARABIC_LETTERS = str.maketrans("أإآٱىیکة", "ااااييكه")


def _simplified_characters() -> dict[int, str]:
    """Code point of a Chinese character -> the simplified one for which it may stand.

    Agencies send one story in simplified and in traditional characters, in those of Taiwan and of Hong Kong, and
    outlets convert it. A simplified character may stand for several traditional ones (``发`` for ``發`` and ``髮``);
    which one is meant depends on the word, and converters differ. So all of them count as one character here, as words
    are compared by two characters at a time, which remain distinct.
    """
    lines = (files("wirematch.text.languages") / CHARACTERS_FILE).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {ord(other): simplified for simplified, others in rows for other in others}


def _plain_letters() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys((*range(0x300, 0x370), *_HEBREW_POINTS, *_ARABIC_MARKS_AND_TATWEEL))
    for point in _LATIN_AND_GREEK:
        decomposed = unicodedata.normalize("NFD", chr(point))
        if len(decomposed) > 1:
            table[point] = decomposed[0]
    return table | {ord(letter): plain for letter, plain in _UNDECOMPOSED.items()}


_UNMARKED: Mapping[int, str | None] = _plain_letters()
PLAIN: Mapping[int, str | None] = {
    **_UNMARKED, **{point: chr(plain) for point, plain in _ARABIC_LETTERS.items()}, **_simplified_characters()
}  # fmt: skip
"""Letter -> what is left without its marks, Chinese character -> the simplified one, as a table for ``str.translate``;
Hindi's and Thai's marks are vowels."""

# "ue" is no umlaut behind these: neue, Bauer, Quelle. An umlaut there stays two letters: geübt.
_UE = regex.compile("(?<=[aeq])ü")
_GERMAN = regex.compile("ae+|oe+|(?<![aeq])ue+")
_NORDIC = regex.compile("a[ae]+|oe+")
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "æ": "ae", "ø": "oe"})


def plain(word: str) -> str:
    """Return a folded word without marks; the word itself if nothing would be left."""
    return word if word.isascii() else word.translate(PLAIN) or word


def unmarked(word: str) -> str:
    """As ``plain``, with the letters of Arabic and Persian and Chinese characters left as they are."""
    return word if word.isascii() else word.translate(_UNMARKED)


def german(word: str) -> str:
    """As ``plain``, and as one letter what may be a transcribed umlaut: in ``Mueller``, but not in ``neue``."""
    return _GERMAN.sub(_first_letter, plain(_UE.sub("ue", word)))


def nordic(word: str) -> str:
    """As ``plain``, and as one letter what Danish, Norwegian and Swedish may transcribe by two."""
    return _NORDIC.sub(_first_letter, plain(word))


def transcribed(word: str) -> str:
    """Return the word as ASCII feeds in German and Nordic languages spell it."""
    return word.translate(_TRANSCRIBED)


def restoring(stem: Callable[[str], str], endings: Iterable[str]) -> Callable[[str], str]:
    """Return a stemmer for words in unified spelling that gives back the marks of ``endings``, the longest first.

    A stemmer knows most endings only with their marks.
    """
    marked = sorted(((plain(ending), ending) for ending in endings), key=lambda both: len(both[0]), reverse=True)

    def stem_restored(word: str) -> str:
        for bare, ending in marked:
            if word.endswith(bare) and len(word) > len(bare) + 1:
                return plain(stem(word[: -len(bare)] + ending))
        return plain(stem(word))

    return stem_restored


def _first_letter(pair: regex.Match[str]) -> str:
    return pair[0][0]
