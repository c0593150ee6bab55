"""Portuguese, in the spellings of Brazil and of Portugal."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball

PORTUGUESE = Language(
    "pt",
    frozenset(
        """
        a ainda além algo alguém algum alguma algumas alguns ali ambas ambos ante antes ao aos apenas apesar após
        aquela aquelas aquele aqueles aqui aquilo as às até bem cada cerca com como contra cuja cujas cujo cujos da
        das de dela delas dele deles dentro depois desde dessa dessas desse desses desta destas deste destes disso
        disto do dos durante e é ela elas ele eles em embora enquanto entre era eram essa essas esse esses esta está
        estão estar estas estava estavam este esteve estes eu foi foram fora há havia isso isto já lá lhe lhes lo logo
        mais mas me mediante menos mesma mesmas mesmo mesmos meu meus minha minhas muita muitas muito muitos na nada
        não nas nela nele nem nenhum nenhuma nessa nesse nesta neste ninguém no nos nós nossa nossas nosso nossos num
        numa nunca o onde os ou outra outras outro outros para pela pelas pelo pelos perante pode podem pois por porém
        porque pouco qual quais qualquer quando quanto quase que quem se seja sem sempre sendo ser será serão seu seus
        si sido sob sobre sua suas são só tal também tão tanto te tem têm tenha ter teve ti tinha tinham toda todas
        todavia todo todos tudo um uma umas uns vai vários você vos à
        acrescentou afirmaram afirmou anunciou contou declarou disse disseram diz dizem explicou informou segundo
        """.split()
    ),
    snowball("portuguese"),
)
