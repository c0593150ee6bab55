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
# How OpenCC writes the characters of our stories for Taiwan ("s2tw"); most of them, as some depend on the word.
_TRADITIONAL = str.maketrans(
    "万与业两个为乱于云亩从们价众会伤体偿关养内准几划动励区医单卖却厢县参双发只号后听启员周响图块壶处备复"
    "奖妇学对导将岁岚峡布师带并广应开张归当录忆总愿户抢护担挨据摄摊数断无旧时显晓晕机条来栈桥检没测涨渔渗"
    "游湾湿满点热现电监着砚离积称类约线绍经结绕给统续维缝网罗罚脱苇补装见观览触计订认让议讯记许设试话询该"
    "误说请诺读课调负责质费贺赠车轨轻边达过运还这进远连迟里钟铁锈长门问间闷阅队陆险随难韩顶预领题额饮馆骑"
    "鱼鸟鹭",
    "萬與業兩個為亂於雲畝從們價眾會傷體償關養內準幾劃動勵區醫單賣卻廂縣參雙發隻號後聽啟員週響圖塊壺處備復"
    "獎婦學對導將歲嵐峽佈師帶並廣應開張歸當錄憶總願戶搶護擔捱據攝攤數斷無舊時顯曉暈機條來棧橋檢沒測漲漁滲"
    "遊灣溼滿點熱現電監著硯離積稱類約線紹經結繞給統續維縫網羅罰脫葦補裝見觀覽觸計訂認讓議訊記許設試話詢該"
    "誤說請諾讀課調負責質費賀贈車軌輕邊達過運還這進遠連遲裡鐘鐵鏽長門問間悶閱隊陸險隨難韓頂預領題額飲館騎"
    "魚鳥鷺",
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


def traditional(text: str) -> str:
    """Write Chinese in the characters of Taiwan."""
    return text.translate(_TRADITIONAL)


def with_cedillas(text: str) -> str:
    """Write Romanian with the letters of old code pages."""
    return text.translate(str.maketrans("șțȘȚ", "şţŞŢ"))


def latin_without_marks(text: str) -> str:
    """Write Serbian in Latin letters without marks."""
    return without_marks(in_latin_letters(text))


_EVERYWHERE: dict[str, Spelling] = {"decomposed": decomposed}
_WITH_CAPITALS: dict[str, Spelling] = _EVERYWHERE | {
    "capitals": capitals, "plain capitals": plain_capitals, "lead in capitals": leading_capitals, "typeset": typeset
}  # fmt: skip
_LATIN: dict[str, Spelling] = {"without marks": without_marks} | _WITH_CAPITALS
_GERMANIC: dict[str, Spelling] = {"transcribed": transcribed} | _LATIN
SPELLINGS: Mapping[str, Mapping[str, Spelling]] = {
    "de": _GERMANIC, "da": _GERMANIC, "no": _GERMANIC, "sv": _GERMANIC,
    **dict.fromkeys(("cs", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "pt"), _LATIN),
    "tr": _LATIN | {"capitals": turkish_capitals, "ASCII capitals": plain_capitals},
    "ro": _LATIN | {"cedillas": with_cedillas},
    "el": _LATIN,
    "ru": _WITH_CAPITALS | {"yo as e": with_e, "e as yo": with_yo},
    "uk": _WITH_CAPITALS,
    "bg": _WITH_CAPITALS,
    "sr": _WITH_CAPITALS | {"Latin letters": in_latin_letters, "Latin without marks": latin_without_marks},
    "ar": _EVERYWHERE | {"vowels": vowelled, "alef and ya": other_alef_and_ya},
    "he": _EVERYWHERE | {"points": pointed},
    "hi": _EVERYWHERE,
    "ko": _EVERYWHERE | {"full width": full_width},
    "ja": _EVERYWHERE | {"full width": full_width},
    "zh": _EVERYWHERE | {"full width": full_width, "traditional": traditional},
    "th": _EVERYWHERE,
}  # fmt: skip
"""ISO 639-1 code -> name -> how a text of that language is spelled otherwise."""
