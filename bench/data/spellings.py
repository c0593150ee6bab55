"""Other spellings of one text, as feeds, capitals and keyboards produce them; for each language those in use."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping

import regex

Spelling = Callable[[str], str]

_TRANSCRIBED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "æ": "ae", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    | {"Å": "Aa", "Æ": "Ae", "Ø": "Oe", "ẞ": "SS"}
)
# Letters that Unicode does not decompose into a plain one and a mark.
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
    | {"ß": "ss", "ẞ": "SS"}
)
_MARKS = regex.compile(r"(?<=[\p{Latin}\p{Greek}]\p{M}*)\p{M}")
_TURKISH_CAPITALS = str.maketrans("iı", "İI")
_ALEF_AND_YA = str.maketrans("أإآىة", "ااايه")
_SERBIAN = str.maketrans(
    dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
    | {"љ": "lj", "њ": "nj", "џ": "dž"}
)
_FULL_WIDTH = {point: point + 0xFEE0 for point in range(0x21, 0x7F)}
_LIGATURES = {"ffi": "ﬃ", "fi": "ﬁ", "fl": "ﬂ", "'": "’", " - ": "\u2009–\u2009"}
_VOWEL_MARKS = "\u064e\u064f\u0650\u0652"
_POINTS = "\u05b0\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\u05bc"
_OFTEN = 0.6


def as_stored(text: str) -> str:
    """No other spelling, for comparison."""
    return text


def transcribed(text: str) -> str:
    """Write umlauts and Nordic letters as two: an ASCII feed of an agency."""
    return without_marks(text.translate(_TRANSCRIBED))


def without_marks(text: str) -> str:
    """Leave out all diacritics: an ASCII feed, a keyboard without them, or their loss on the way."""
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text.translate(_PLAIN))))


def capitals(text: str) -> str:
    """Write everything in capitals, with a sharp ß."""
    return text.replace("ß", "ẞ").upper()


def turkish_capitals(text: str) -> str:
    """Write everything in capitals, of which Turkish has one with a dot."""
    return text.translate(_TURKISH_CAPITALS).upper()


def plain_capitals(text: str) -> str:
    """Write everything in capitals without marks."""
    return without_marks(text).upper()


def leading_capitals(text: str) -> str:
    """Write the first paragraph in capitals."""
    lead, gap, rest = text.partition("\n\n")
    return capitals(lead) + gap + rest


def decomposed(text: str) -> str:
    """Write letters and marks as characters of their own (form NFD)."""
    return unicodedata.normalize("NFD", text)


def typeset(text: str) -> str:
    """Use ligatures and typographic characters, and no plain blanks around dashes."""
    for plain, set_ in _LIGATURES.items():
        text = text.replace(plain, set_)
    return text


def full_width(text: str) -> str:
    """Write Latin letters, digits and punctuation as wide as Chinese characters."""
    return text.translate(_FULL_WIDTH)


def vowelled(text: str) -> str:
    """Write Arabic vowel marks, and stretch words by tatweel."""
    chance = random.Random(0)
    marked = regex.sub(
        r"[\u0621-\u064a]", lambda letter: letter[0] + chance.choice(_VOWEL_MARKS) * (chance.random() < _OFTEN), text
    )
    return regex.sub(r"(?<=[بتسفم]\p{M}?)(?=[بتسفمري])", "ـ", marked)


def other_alef_and_ya(text: str) -> str:
    """Leave out hamza on alef, and write final ya and ta marbuta as Egyptian newspapers do."""
    return text.translate(_ALEF_AND_YA)


def pointed(text: str) -> str:
    """Write Hebrew vowel points."""
    chance = random.Random(0)
    return regex.sub(r"[א-ת]", lambda letter: letter[0] + chance.choice(_POINTS) * (chance.random() < _OFTEN), text)


def with_e(text: str) -> str:
    """Write the Russian letter yo as most newspapers do."""
    return text.replace("ё", "е").replace("Ё", "Е")


def with_yo(text: str) -> str:
    """Write the Russian letter yo in one word in five, wherever it could stand."""
    chance = random.Random(0)
    return regex.sub(r"\p{L}*е\p{L}*", lambda word: word[0].replace("е", "ё", chance.random() < 0.2), text)


def in_latin_letters(text: str) -> str:
    """Write Serbian in its Latin alphabet."""
    return "".join(
        letter.lower().translate(_SERBIAN).capitalize() if letter.isupper() else letter.translate(_SERBIAN)
        for letter in text
    )


def with_cedillas(text: str) -> str:
    """Write Romanian with the letters of old code pages."""
    return text.translate(str.maketrans("șțȘȚ", "şţŞŢ"))


def latin_without_marks(text: str) -> str:
    """Write Serbian in Latin letters without marks."""
    return without_marks(in_latin_letters(text))


_EVERYWHERE: dict[str, Spelling] = {"decomposed": decomposed}
_WITH_CAPITALS = _EVERYWHERE | {
    "capitals": capitals, "plain capitals": plain_capitals, "lead in capitals": leading_capitals, "typeset": typeset
}  # fmt: skip
_LATIN = {"without marks": without_marks} | _WITH_CAPITALS
_GERMANIC = {"transcribed": transcribed} | _LATIN
SPELLINGS: Mapping[str, Mapping[str, Spelling]] = {
    "de": _GERMANIC, "da": _GERMANIC, "no": _GERMANIC, "sv": _GERMANIC,
    **dict.fromkeys(("cs", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "pt"), _LATIN),
    "tr": _LATIN | {"capitals": turkish_capitals, "ASCII capitals": plain_capitals},
    "ro": _LATIN | {"cedillas": with_cedillas},
    "el": _LATIN,
    "ru": _WITH_CAPITALS | {"yo as e": with_e, "e as yo": with_yo},
    "sr": _WITH_CAPITALS | {"Latin letters": in_latin_letters, "Latin without marks": latin_without_marks},
    "ar": _EVERYWHERE | {"vowels": vowelled, "alef and ya": other_alef_and_ya},
    "he": _EVERYWHERE | {"points": pointed},
    "hi": _EVERYWHERE,
    "ko": _EVERYWHERE | {"full width": full_width},
    "ja": _EVERYWHERE | {"full width": full_width},
    "zh": _EVERYWHERE | {"full width": full_width},
    "th": _EVERYWHERE,
}  # fmt: skip
"""ISO 639-1 code -> name -> how a text of that language is spelled otherwise."""
