"""Spanish, Portuguese, French, Italian and Romanian."""

from __future__ import annotations

from collections.abc import Callable

from wirematch.text.languages.language import Language, function_words, snowball
from wirematch.text.languages.spelling import restoring


def _without(elided: str) -> Callable[[str], str]:
    """Return a function that strips what an apostrophe joins to the next word: ``l'accord`` becomes ``accord``."""
    fronts = frozenset(elided.split())

    def bare(word: str) -> str:
        front, apostrophe, rest = word.partition("'")
        return rest if apostrophe and rest and front in fronts else word

    return bare


SPANISH = Language("es", function_words("es"), restoring(snowball("spanish"), "ió ían ía ías irá".split()))
PORTUGUESE = Language("pt", function_words("pt"), snowball("portuguese"))
"""In the spellings of Brazil and of Portugal."""
FRENCH = Language(
    "fr",
    function_words("fr"),
    restoring(snowball("french"), "ée ées ère ères ité ités".split()),
    _without("c d j jusqu l lorsqu m n puisqu qu quoiqu s t"),
)
ITALIAN = Language(
    "it",
    function_words("it"),
    restoring(snowball("italian"), ["rà"]),
    _without(
        "all anch bell c coll com d dall dell dev dov gl l m n nell nessun null quand quell quest s sant sull t tutt"
        " un v"
    ),
)
ROMANIAN = Language(
    "ro",
    function_words("ro"),
    restoring(snowball("romanian"), "ă ește ească ează ată ință ința ății țiilor ția ție ții ți".split()),
)
