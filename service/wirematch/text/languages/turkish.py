"""Turkish."""

from __future__ import annotations

import regex

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import plain

_VOWELS, _BACK = frozenset("aeiou"), frozenset("aıou")
_TO_BACK, _TO_FRONT = str.maketrans("i", "ı"), str.maketrans("ou", "öü")
_HARD = regex.compile("(?<=[aeiou])g(?=[aeiou])")
_stem = snowball("turkish")


def _bare(word: str) -> str:
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
    frozenset(
        """
        acaba ama ancak ardından arasında artık aslında ayrıca az bana bazı belki ben beni benim beri bile bir biraz
        birçok biri birkaç birlikte biz bize bizi bizim böyle bu buna bunda bundan bunlar bunları bunların bunu bunun
        burada bütün çok çünkü da daha dahi de defa değil diğer diye doğru dolayı dolayısıyla eden eder edilen ederek
        en etti eğer fakat gibi göre hala halen hangi hem henüz hep hepsi her herhangi herkes hiç hiçbir ile ilgili
        ilk ise itibaren işte için içinde kadar karşı karşın kendi kendine kendisi ki kim kimi kimse konusunda mi mı
        mu mü nasıl ne neden nedeniyle nerede niçin niye o olan olarak oldu olduğu olduğunu olması olsa olup olur
        olmak ona ondan onlar onların onu onun orada oysa önce pek rağmen sadece sana sanki sen siz sizin son sonra
        şey şimdi şu şöyle tarafından tüm üzere üzerinde üzerine var ve veya ya yani yönelik yaptığı yerine yine yok
        yüzünden zaten
        açıkladı anlattı belirten belirtildi belirtti bildirdi dedi ifade kaydetti söyleyen söyledi vurguladı
        """.split()
    ),
    lambda word: plain(_stem(_in_harmony(word))),
    _bare,
    least_share=0.1,  # endings do the work of prepositions elsewhere
)
