"""Italian."""

from __future__ import annotations

from wirematch.text.languages.elision import without
from wirematch.text.languages.language import Language, snowball
from wirematch.text.languages.spelling import restoring

ITALIAN = Language(
    "it",
    frozenset(
        """
        a abbia abbiamo ad affinché agli ai al alcun alcuna alcune alcuni alla alle allo allora altra altre altri
        altro anche ancora appena attraverso avendo aver avere aveva avevano avrà avrebbe c'è c'era che chi ci
        ciascuno ciò circa coi col come con contro così cui da dagli dai dal dalla dalle dallo davanti degli dei del
        della delle dello dentro deve devono di dopo dove dovrebbe due dunque durante e è ecco ed egli entro era erano
        essa esse essendo essere essi esso fa fare fatto finché fino fra fu fuori furono già gli grazie ha hai hanno
        ho i il in infatti insieme intanto invece io la là lei le lì lo loro lui lungo ma mai me meno mentre mi mia
        mie mio molta molte molti molto ne né negli nei nel nella nelle nello nessun nessuna nessuno niente no noi non
        nostra nostre nostri nostro nulla o od ogni ognuno ognuna oltre oppure ora per perché però più po poco poi
        poiché potrebbe presso prima proprio può possono pur qua qual quale quali qualche qualcuno quando quanta
        quanto quasi quegli quei quel quella quelle quelli quello questa queste questi questo qui quindi sarà sarebbe
        se sé sebbene secondo sei sempre senza si sì sia siano siamo sono sopra sotto sta stata state stati stato
        stanno su sua sue sugli sui sul sulla sulle sullo suo suoi tale tali tanto te ti tra tranne tu tutta tuttavia
        tutte tutti tutto un una uno va verso vi via voi vostra vostro
        affermato aggiunto annunciato detto dice dichiarato dicono disse reso riferito spiegato
        """.split()
    ),
    restoring(snowball("italian"), ["rà"]),
    without(
        frozenset(
            "all anch bell c coll com d dall dell dev dov gl l m n nell nessun null quand quell quest s sant sull t"
            " tutt un v".split()
        )
    ),
)
