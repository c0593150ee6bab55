"""Hebrew."""

from __future__ import annotations

from itertools import product

from wirematch.text.languages.language import Language

_WORDS = """
    אבל או אולי אותה אותו אותי אותם אותן אותנו אחד אחר אחרי אחרים אחרת אחת אי איך אין איני אינם אינן אינה אינו איזה
    איזו איפה אך אל אלא אלה אלו אליה אליהם אליו אם אמנם אנחנו אני אף אפילו אפשר אצל אשר את אתה אתם בגלל בה בהם בהן בו
    בין ביניהם בכל בלבד בלי בם במהלך במקום במשך בנוגע בעבור בעוד בעיקר בעניין בעקבות בפני בקרב בשל בתוך גם די דרך הוא
    היא היה היו הייתה הם הן הנה זאת זה זו חוץ טרם יהיה יהיו יותר יחד יש כאילו כאן כאשר כבר כגון כדי כדוגמת כולל כולם
    כולן כי כיום כיצד כך כל כלל כלפי כלשהו כמה כמו כמעט כן כנגד כנראה כעת כפי כשם כתוצאה לא לאחר לאור לאורך לאחרונה
    לבין לבד לגבי לדברי לה להם להן להיות לו לי לידי ליד לכל לכן לכם למה למי למרות למשל לנו לעומת לפחות לפי לפני לצד
    לקראת לשם מ מאד מאוד מאז מאחורי מאחר מאשר מבלי מגיע מדי מדוע מה מול מחדש מי מיד מכל מלבד ממש ממנה ממנו מן מספר מעט
    מעל מפני מצד מתוך מתחת נגד נוסף סביב עבור עד עדיין עוד על עליה עליהם עליו עם עצמה עצמו עצמם פי פחות פה צריך קודם
    רב רבות רבים רק של שלא שלה שלהם שלהן שלו שלי שלנו שם שני שנית תוך תחת
    אמר אמרה אמרו אומר אומרת הודיע הודיעה הודיעו הוסיף הוסיפה הסביר הסבירה ההודעה טען טענה מסר מסרה מסרו ציין ציינה
    סיפר סיפרה
""".split()
_PREFIXES = frozenset("ושהבלכמ")
"""And, that, the, in, to, as, from: written as one word with what follows, also several of them."""
_ENDINGS = ("יות", "ים", "ות", "ית", "יה", "ה", "ת", "י")
_FINAL_LETTERS = str.maketrans("םןץףך", "מנצפכ")
LEAST_LEFT = 3
"""Letters that must stay."""


def _bare(word: str) -> str:
    """Strip every leading letter that may be a prefix: the same is left of a word with and without its prefixes."""
    start = 0
    while len(word) - start > LEAST_LEFT and word[start] in _PREFIXES:
        start += 1
    return word[start:]


def _stem(bare: str) -> str:
    """Strip an ending of number, gender or possession; final letters are written as within a word."""
    ending = next((one for one in _ENDINGS if bare.endswith(one) and len(bare) - len(one) >= LEAST_LEFT), "")
    return bare.removesuffix(ending).translate(_FINAL_LETTERS)


HEBREW = Language(
    "he",
    frozenset(particle + word for particle, word in product(("", "ו", "ש", "כש"), _WORDS)),
    _stem,
    _bare,
    least_share=0.12,  # the article and most prepositions are part of the following word
)
