"""Russian, Polish, Czech, Ukrainian, Bulgarian, and Serbian with Bosnian, Croatian and Montenegrin."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from wirematch.text.languages.language import Language, function_words, snowball
from wirematch.text.languages.spelling import plain
from wirematch.text.word_cache import LONGEST_KEPT, WORDS_KEPT

LEAST_STEM = 4
"""Letters that must stay where an ending is stripped."""
_POLISH_ENDINGS = """
    ami ach owi owie ów om em iem ie a ą ę e i o u y ego emu ej ych ich ym im ymi imi iego iemu iej
    ał ała ało ali ały ił iła iło ili iły ył yła yło yli yły ął ęła ęli ano ono ony ona one ować uje ują ował owała
    owali owany owana owane ości ość ością
"""
_CZECH_ENDINGS = """
    ami emi ech ách ích ových ům ovi em es ém ím ou a á e é ě i í o u ů y ý ého ému ých ými ím ími ové ová ově
    al ala alo ali aly il ila ilo ili ily el ela eli ěl ěla ěli ěly án ána áno áni ány en ena eno eni eny ován ována
    ovat uje ují oval ovala ovali osti ost ostí
"""
_UKRAINIAN_ENDINGS = """
    а я о е є у ю и і ї й ь ою ею єю ом ем єм ам ям ах ях ами ями ові еві єві ів їв ий ій ого його ому йому им їм
    их їх ими їми ая яя ую юю ти тися ться ть ла ло ли лася лися лося вся ся ний на не ні ну ного ному ної ній них
    ним ними ення енням ості істю ість ував увала ували ує ують уть ють ить ять ав ала али ив ила или
"""
# Articles, plurals and persons of verbs, after Savoy 2007, 'Searching strategies for the Bulgarian language'.
_BULGARIAN_ENDINGS = """
    ът ят та то те ия ият ите ата ото ета ове овете еве ища ищата а я и е о у й ия ии ията иите ие ието ия ски ска ско
    ския ският ската ското ските ни на но ния ният ната ното ните ен ена ено ени ания ание анията анието ения ение
    енията ението ост остта ости ът ва ват вам ваме вате ваше ваха вал вала вало вали ам аме ате ат ям ят еш ем ете
    иш им ите ха хме хте х ше ше л ла ло ли ал ала ало али ил ила ило или ел ела ело ели н т ти
"""
_LETTERS = dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
_LETTERS |= {"љ": "lj", "њ": "nj", "џ": "dž"}
_LATIN = str.maketrans(_LETTERS)


def _light_stemmer(endings: str) -> Callable[[str], str]:
    """Return a stemmer for words in unified spelling that strips the longest matching ending, once.

    Snowball has no stemmer for Polish, Czech, Ukrainian or Bulgarian. News needs few of their forms to be unified:
    cases of nouns and adjectives, and persons and genders of the past tense (after Dolamic & Savoy 2009, 'Indexing and
    stemming approaches for the Czech language', whose light stemmer strips about as much).
    """
    longest_first = sorted({plain(ending) for ending in endings.split()}, key=lambda ending: (-len(ending), ending))

    def stem(word: str) -> str:
        for ending in longest_first:
            if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
                return word[: -len(ending)]
        return word

    kept = lru_cache(maxsize=WORDS_KEPT)(stem)
    return lambda word: kept(word) if len(word) <= LONGEST_KEPT else stem(word)


def _spell_serbian(word: str) -> str:
    """Return a word in Latin letters without marks; ``đ`` is transcribed as ``dj`` as often as not."""
    return plain(word if word.isascii() else word.translate(_LATIN)).replace("dj", "d")


def _in_cyrillic(word: str) -> str:
    for cyrillic, latin in sorted(_LETTERS.items(), key=lambda both: -len(both[1])):
        word = word.replace(latin, cyrillic)
    return word


RUSSIAN = Language(
    "ru",
    function_words("ru"),
    snowball("russian"),
    least_share=0.12,  # no articles
    foreign_letters="іїєґ",
)
POLISH = Language("pl", function_words("pl"), _light_stemmer(_POLISH_ENDINGS), least_share=0.15)
CZECH = Language("cs", function_words("cs"), _light_stemmer(_CZECH_ENDINGS), least_share=0.15)
UKRAINIAN = Language(
    "uk",
    function_words("uk"),
    _light_stemmer(_UKRAINIAN_ENDINGS),
    least_share=0.12,  # no articles
    foreign_letters="ыэёъ",
)
BULGARIAN = Language("bg", function_words("bg"), _light_stemmer(_BULGARIAN_ENDINGS), foreign_letters="ыэёіїє")
SERBIAN = Language(
    "sr",
    function_words("sr").union(map(_in_cyrillic, function_words("sr"))),
    snowball("serbian"),
    spell=_spell_serbian,
)
"""In Cyrillic and Latin letters, with its close relatives Bosnian, Croatian and Montenegrin."""
