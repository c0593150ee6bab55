"""Serbian, in Cyrillic and Latin letters, with its close relatives Bosnian, Croatian and Montenegrin."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import plain

_LETTERS = dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
_LETTERS |= {"љ": "lj", "њ": "nj", "џ": "dž"}
_LATIN = str.maketrans(_LETTERS)
_WORDS = """
    a ako ali bez bi bih bila bile bili bilo bio biti bismo blizu budu bude će ćemo često da dakle dalje danas do
    dok dosad druge drugi drugo duž ga gde gdje god i iako ih ili im ipak ispod ispred iz iza između iznad ja je
    jedan jedna jedne jedno jednog jednu jer jesu joj još ju juče jučer kada kad kako kao koja koje kojeg kojem koji
    kojih kojim kojima koju kod kome koliko kroz li me među meni mi mnogo mogu može možemo moraju mora na nad nakon
    nam nas naš ne neće nego neka nekoliko neki nema nešto nije nikad niko nitko ništa niti nisu njega njegov
    njegova njegove njemu njen njena njih njihov njihova njihove njoj nju od odnosno oko on ona oni ono osim ova
    ovaj ove ovi ovih ovo ovog ovom pod poput posle poslije pored prema pre pred preko pri pritom prije protiv sada
    sam samo se sebe sebi sada smo stoga su sva svaki svako sve svi svih svoj svoja svoje svojim svog svoju tada taj
    tako takođe također tamo tek to tog toga tokom tom tome u uoči uz van vam vas već više vrlo za zašto zato zatim
    zbog dodaje dodala dodao izjavila izjavio kaže kazala kazao navela naveo navodi objavila objavio potvrdila
    potvrdio rekao rekla rekli saopštila saopštilo saopštio
""".split()


def _spell(word: str) -> str:
    """Return a word in Latin letters without marks; ``đ`` is transcribed as ``dj`` as often as not."""
    return plain(word if word.isascii() else word.translate(_LATIN)).replace("dj", "d")


def _in_cyrillic(word: str) -> str:
    for cyrillic, latin in sorted(_LETTERS.items(), key=lambda both: -len(both[1])):
        word = word.replace(latin, cyrillic)
    return word


SERBIAN = Language(
    "sr",
    frozenset(_WORDS).union(map(_in_cyrillic, _WORDS)),
    snowball("serbian"),
    spell=_spell,
)
