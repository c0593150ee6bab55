"""Czech."""

from __future__ import annotations

from wirematch.text.languages.language import Language
from wirematch.text.languages.slavic_endings import light_stemmer

_ENDINGS = """
    ami emi ech ách ích ových ům ovi em es ém ím ou a á e é ě i í o u ů y ý ého ému ých ými ím ími ové ová ově
    al ala alo ali aly il ila ilo ili ily el ela eli ěl ěla ěli ěly án ána áno áni ány en ena eno eni eny ován ována
    ovat uje ují oval ovala ovali osti ost ostí
""".split()

CZECH = Language(
    "cs",
    frozenset(
        """
        a aby aj ale ani aniž asi až bez bude budou budu by byl byla byli bylo byly být během chce co což cz či
        další do dokud ho i ho jak jako je jeho jej její jejich jemu jen jenom ještě jen jestli jestliže ještě
        ji jich jim jiné jiný již jsem jsme jsou jste k kam každý kde kdo kdy když ke kolem která které kterého
        které kterou který kteří kterých kterým ku kvůli ma mají má mezi mi mimo mít mě mu můj může mohou mnoho
        my na nad nám námi nás náš ne nebo něco někdo některé několik něj není nich než ni ním nimi nic o od
        okolo on ona oni ono pak po pod podle pokud poté pouze právě pro proč proto protože před přede přes při
        s sama se si sice své svá svou svůj svých svým ta tak také takže tam tato te tedy ten tento této tě tím
        tímto to toho tohoto tom tomto tomu totiž tu tuto ty tyto tyto tím u už v vám vás ve více však všech
        všechny všichni vždy z za zda zde ze že dodal dodala informoval informovala oznámil oznámila prohlásil
        prohlásila řekl řekla sdělil sdělila uvedl uvedla uvedli
        """.split()
    ),
    light_stemmer(_ENDINGS),
    least_share=0.15,
)
