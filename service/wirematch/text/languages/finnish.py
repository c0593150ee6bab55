"""Finnish: endings do the work of function words elsewhere, so a text has fewer of these."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball

FINNISH = Language(
    "fi",
    frozenset(
        """
        aikana aina ainakin alla asti edelleen edes eikä ei eivät eli ellei emme en eniten enemmän ennen entä
        esimerkiksi ennen että he heidän heille heitä hän häneltä hänelle hänen hänet häntä ilman itse itsensä
        ja jo joiden joihin joilla joille joista joita joka jokainen joko jolla jolle jolloin jollekin jonka
        jos joskus josta jossa joten jotka jotta jota johon joissa juuri jälkeen kahden kaikki kaikkia kaikkien
        kanssa kautta keskellä kesken kohti koko koska kuin kuinka kuitenkin kuka kun kuten kuuluu lisäksi
        luona lähellä läpi me meidän meille meitä melko mihin mikä mikäli miksi millä minkä minä missä mistä
        mitä mitään molemmat muita mukaan mukana muun muut muutta mutta myös myöhemmin ne niiden niihin niille
        niin niistä niitä noin nyt näiden näin näitä nämä olemme olen olet olevan oli olin olisi olisivat
        olivat olla ollut olleet on ovat paitsi paljon pian puolesta pitkin päälle päällä saa saada sai samalla
        sama saakka se seen sekä sellainen sen siellä siihen siinä siis siitä sillä silloin sinä sisällä sitten
        sitä taas tai takana takia toinen tuli tulee tulla tuon tuota tällä tämä tämän tässä tästä tätä täällä
        vaan vai vaikka vain vasta vastaan vielä voi voida voidaan voivat vuoksi yli ylitse ympäri kertoi
        kertoivat kertoo sanoi sanoivat sanoo ilmoitti ilmoittaa tiedotti totesi
        """.split()
    ),
    snowball("finnish"),
    least_share=0.1,
)
