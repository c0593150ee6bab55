"""Romanian."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import restoring

ROMANIAN = Language(
    "ro",
    frozenset(
        """
        a abia acea aceasta această aceea aceeași acei aceia acel acela același acele acelea acest acesta aceste
        acestea acestei acestor acestora acestui acolo acum adică ai aici al ale alt alta altă alte alți altor altul
        am apoi aproape are ar asemenea asta astăzi astfel asupra așa atât atunci au avea aveau avut azi ba bine ca că
        căci când care căror cărora cărei cărui către câ câte câteva câți câțiva ce cea cealaltă ceea cei cel cele
        celelalte celor celui ceva chiar cineva circa conform contra cu cum cât da dacă dar dat de deasupra deci decât
        deja deși despre din dintre dintr doar după e ei el ele era erau este eu ea fără față fel fi fie fiecare fiind
        fix foarte fost i ia iar ieri ii îi îl îmi împotriva în înainte înaintea încă încât inclusiv între întreg într
        îți își l la le li lor lângă lui mai mâine mea mei meu mi mie mod mult multă multe mulți ne nici nicio niciun
        nimeni nimic niște noi noastră noastre nostru noștri nou nu o ori oricare orice pe pentru peste până pot
        potrivit prea prin printre printr privind puțin poate s sa să săi sale sau său se sub spre sunt sus suntem și
        s-a t tot toată toate toți totuși trebuie tu un una unde unei unele unii unor unora unul unui urma urmă va vom
        vor vreo vreun vi și-a
        adăugat afirmat anunțat arătat declară declarat explicat informat menționat precizat relatat scris spune spus
        susține transmis
        """.split()
    ),
    restoring(snowball("romanian"), "ă ește ească ează ată ință ința ății țiilor ția ție ții ți".split()),
)
