"""Dutch."""

from __future__ import annotations

from wirematch.text.languages.language import Language, snowball


def _bare(word: str) -> str:
    """Strip the ending of plurals and genitives after a full vowel: ``foto's``."""
    return word.removesuffix("'s") or word


DUTCH = Language(
    "nl",
    frozenset(
        """
        aan achter af al aldus alle alleen allemaal alles als altijd ander andere anderen bent beide ben bij bijna
        binnen boven buiten daar daarbij daarmee daarna daarom daarvan dan dat de den der deze die dit doch doen doet
        door dus echter een één eens eerst elk elke en enige enkele er erg ervan eveneens gaan gaat geen gedurende
        geweest had hadden hoe haar heb hebben heeft hem hen het hier hij hoewel hun ieder iedere iedereen iemand iets
        ik in inmiddels is ja je jij jou jouw jullie kan kon konden kunnen laat langs later maar mag me meer meest men
        met mij mijn misschien moest moesten moet moeten na naar naast nadat niemand niet niets nog nooit nu of om
        omdat ondanks onder ongeveer ons onze ook op opnieuw over per reeds rond samen sinds slechts sommige steeds te
        tegen tegenover ten ter terwijl tijdens toch toe toen tot totdat tussen u uit uw van vanaf vanuit vanwege veel
        vele verder via volgens voor vooral voordat waar waarbij waardoor waarmee waarom waarop waarvan wanneer want
        waren was wat we weer weg wel welke werd werden wie wij wil wilde worden wordt zal ze zeer zelf zich zij zijn
        zo zoals zonder zou zouden zowel zulke
        liet meldde meldt vertelde verklaarde zegt zei zeggen zeiden
        """.split()
    ),
    snowball("dutch"),
    _bare,
)
