"""Hungarian."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import restoring

HUNGARIAN = Language(
    "hu",
    frozenset(
        """
        a abban ahhoz ahogy ahol aki akik akkor akár alatt amely amelyek amelyekben amelyet amelynek amelyben
        ami amikor amit amíg annak arra arról az azok azon azonban azt aztán azután azzal azért be belül benne
        bár csak de e ebben eddig egy egyes egyetlen egyéb egyik egyre ehhez ekkor el ellen ellenére elől
        először előtt elé ennek ennél erre erről ez ezek ezen ezt ezzel ezért fel felé fog fogják ha hanem
        hiszen hogy hogyan hozzá ide idején ig igen illetve ilyen ilyenkor is ismét itt jelenleg ki kívül
        kellett kell keresztül közben közé között közül le lehet lehetett lenne lesz lett maga magát majd már
        más másik meg mely melyek mellett mert miatt mi mielőtt mikor milyen mind mindazt minden mindenki mint
        mintha mit mivel még míg most nagyon ne nekem neki nélkül nem nincs olyan ott össze ő ők őket őt pedig
        persze rá s saját sem semmi sok sokat számára szerint szét szinte talán tehát teljes tovább továbbá
        több többi túl ugyanis után utána utolsó úgy új újabb újra vagy vagyis valaki valamely valami valamint
        való van vannak vele vissza viszont volna volt voltak által általában át és így közölte közölték mondta
        mondták tudatta elmondta nyilatkozta
        """.split()
    ),
    restoring(snowball("hungarian"), "ól jén ján ért nál nél ként képpen".split()),
    least_share=0.15,
)
