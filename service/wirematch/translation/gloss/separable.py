"""German verbs whose first part stands at the end of the clause: "kündigte … an" is "ankündigen"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

PARTICLES = frozenset(
    "ab an auf aus bei dar durch ein entgegen fest fort frei her heraus herein hervor hin hinaus hinein hinzu los mit "
    "nach nieder statt teil um unter vor voran voraus vorbei weg weiter wider wieder zu zurück zusammen".split()
)


def joined_verb(
    clause: Sequence[str], lemma: Callable[[str], str], known: Callable[[str], bool]
) -> tuple[int, str] | None:
    """Which word of a clause is a verb that belongs to its last word, and the verb that both make."""
    if len(clause) < 2 or clause[-1] not in PARTICLES:
        return None
    for place, word in enumerate(clause[:-1]):
        if place and not word[:1].islower():
            continue
        verb = clause[-1] + lemma(word.lower())
        if verb.endswith("n") and known(verb):
            return place, verb
    return None
