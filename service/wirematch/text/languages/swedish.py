"""Swedish."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import nordic

SWEDISH = Language(
    "sv",
    frozenset(
        """
        alla allt alltid andra annan annat att av bakom bara bland blev bli blir blivit bland bort bredvid båda
        där därefter därför de dem den denna deras dess dessa det detta dig din dina ditt dock du då efter
        eftersom eller en enligt er ett ett fick finns fler flera flest fram framför från får för förra först
        före genom gick går gör göra gjorde ha hade han hans har helt hennes henne hit hon honom hos hur här i
        ibland icke igen in inför ingen inget innan inne inom inte ja jag ju kan kom komma kommer kring kunde
        kunna längs man med medan mellan men mer mest mig min mina mindre mitt mot mycket måste många ned nej
        ner nog nu nya någon något några när nästa nästan och också om omkring oss på redan runt samma samt
        sedan sen sig sin sina sitt själv ska skall skulle snart som strax ställe så sådan sådana sånt till
        tills trots under upp ut utan utanför vad var vara varför varit varje vars vart vem vi via vid vilka
        vilken vilket vill ville våra vår än ännu är även åt över berättade berättar meddelade meddelar säger
        sade sagt uppgav uppger
        """.split()
    ),
    snowball("swedish"),
    spell=nordic,
)
