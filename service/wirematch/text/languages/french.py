"""French."""

from __future__ import annotations

from wirematch.text.languages.elision import without
from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import restoring

FRENCH = Language(
    "fr",
    frozenset(
        """
        a afin ai ainsi alors après as au aucun aucune aujourd'hui auprès auquel aussi autour autre autres aux
        auxquels avaient avait avant avec avez avoir avons ayant bien c'est c'était car ce ceci cela celle celles
        celui cependant ces cet cette ceux chacun chaque chez ci combien comme comment contre d'un d'une dans de
        dehors déjà depuis derrière des dès desquels dessous dessus devant devrait doit doivent donc dont du durant
        duquel elle elles en encore entre es est et étaient était étant été être eu eut eux font fait faire fois
        furent fut hors il ils j'ai jamais je jusqu'à jusque l'on la là laquelle le lequel les lesquelles lesquels
        leur leurs lors lorsque lui ma mais malgré me même mêmes mes mien moi moins mon n'a n'est n'ont ne ni non nos
        notre nous on ont or ou où par parce parfois parmi pas pendant personne peu peut peuvent plus plusieurs plutôt
        pour pourquoi pourrait près presque puis puisque qu'elle qu'il qu'ils qu'on qu'un qu'une quand quant que quel
        quelle quelles quelqu'un quelque quelques quels qui quoi rien s'est s'il s'ils sa sans sauf se selon sera
        serait seront ses si sien sinon soi soient soit son sont sous soyez suis sur ta tandis tant te tel telle
        telles tels tes toi ton toujours tous tout toute toutefois toutes très trop tu un une vers voici voilà vos
        votre vous y à ça
        affirmé affirme ajouté ajoute annoncé annonce déclaré déclare dire disent dit expliqué explique indiqué
        indique précisé précise
        """.split()
    ),
    restoring(snowball("french"), "ée ées ère ères ité ités".split()),
    without(frozenset("c d j jusqu l lorsqu m n puisqu qu quoiqu s t".split())),
)
