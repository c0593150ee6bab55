"""Polish."""

from __future__ import annotations

from wirematch.text.languages.language import Language
from wirematch.text.languages.slavic_endings import light_stemmer

_ENDINGS = """
    ami ach owi owie ów om em iem ie a ą ę e i o u y ego emu ej ych ich ym im ymi imi iego iemu iej
    ał ała ało ali ały ił iła iło ili iły ył yła yło yli yły ął ęła ęli ano ono ony ona one ować uje ują ował owała
    owali owany owana owane ości ość ością
""".split()

POLISH = Language(
    "pl",
    frozenset(
        """
        a aby ale albo ani aż bardziej bardzo bez bo bowiem by być był była było byli były będzie będą chce
        choć ci co czy czyli dla dlaczego dlatego do dopiero dość ga gdy gdyby gdyż gdzie go i ich ile im inna
        inne inny innych iż ja jak jakie jako je jeden jednak jednym jedno jego jej jemu jest jestem jeszcze
        jeśli jeżeli już ją kiedy kilka kto która które którego której który których którym którzy ku lecz lub
        ma mają mam mi mimo mieć miał miała mnie mogą może możliwe można mu musi my na nad nam nami nas nasz
        natomiast nawet nią nic nich nie niego niej nim niż no o obok od około on ona one oni ono oraz pan pani
        po pod podczas ponad ponieważ poza potem powinien przed przede przez przy raz razie sam są się skąd
        swoje swój swoich swojej swoim ta tak taka taki takie także tam te tego tej temu ten teraz też to tobie
        toteż tu tuż tych tylko tym u w wam was we według wiele więc więcej wszyscy wszystkich wszystko wtedy
        wśród z za zawsze ze zgodnie znowu został została zostało zostały zostali żaden że żeby dodał dodała
        oświadczył oświadczyła podał podała podało poinformował poinformowała poinformowali powiedział
        powiedziała przekazał przekazała stwierdził stwierdziła
        """.split()
    ),
    light_stemmer(_ENDINGS),
    least_share=0.15,
)
