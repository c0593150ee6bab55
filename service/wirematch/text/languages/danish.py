"""Danish."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import nordic

DANISH = Language(
    "da",
    frozenset(
        """
        ad af aldrig alene alle allerede alligevel alt altid anden andet andre at bag begge blandt blev blevet
        blive bliver da de dem den denne der derefter deres derfor derimod det dette deres dig din disse dog du
        efter ej eller ellers en end endnu engang enkelte er et etter fik fire flere flest for foran fordi fra
        få får før først gennem gjorde gør gøre ham han hans har havde have hele hen hende hendes her herefter
        hos hun hvad hvem hver hvilke hvilken hvis hvor hvordan hvorefter hvorfor hvornår i igen ikke imellem
        imens imod ind inden indtil ingen intet is ja jeg jer jo kan kom komme kommer kun kunne lige længe man
        mange med meget mellem men mens mere mest mig min mindre mod måtte må nej ned nogen noget nogle nok nu
        næste næsten når og også om omkring op os over på samme samt selv selvom senere sig siden sin sit sine
        skal skulle snart som sådan så til tilbage uden ud under var ved vi via vil ville vores være været
        ifølge oplyste oplyser siger sagde sagt udtalte
        """.split()
    ),
    snowball("danish"),
    spell=nordic,
)
