"""Norwegian: Bokmål, and the words in which Nynorsk differs."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import nordic

NORWEGIAN = Language(
    "no",
    frozenset(
        """
        alle allerede alltid alt andre annen annet at av bak bare begge ble blei blir blitt bli både da de deg
        dei deim deira deires dem den denne der dere deres derfor det dette di din disse ditt du då eg ein eit
        ei eller ellers en enn enda er et etter ett fikk fleire flere flest for foran fordi forrige fra fram
        frå få får før først gikk gjennom gjorde gjør gjøre ha hadde han hans har hele henne hennes her hit ho
        hos hun hva hvem hver hvilke hvilken hvis hvor hvordan hvorfor i igjen ikke ikkje imot ingen ingi inn
        innen innenfor inntil jeg jo ja kan kom komme kommer kun kunne kva kvar kven kvifor langs like man
        mange med medan meg meget mellom men mens mer mest min mindre mitt mot mye måtte må ned nei neste
        nesten noe noen nok nå når og også om omkring opp oss over på rundt samme samt seg selv senere si siden
        sin sine sitt skal skulle slik som snart straks så sånn til tilbake uten ut under vart var ved vel vi
        via vil ville vore vår våre være vært å fortalte forteller ifølge melder meldte opplyser opplyste sa
        sagt sier uttalte
        """.split()
    ),
    snowball("norwegian"),
    spell=nordic,
)
