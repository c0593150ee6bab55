"""German separable verbs, whose prefix is at the end of the clause: "kündigte … an" is "ankündigen"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

PARTICLES = frozenset(
    "ab an auf aus bei dar durch ein entgegen fest fort frei her heraus herein hervor hin hinaus hinein hinzu los mit "
    "nach nieder statt teil um unter vor voran voraus vorbei weg weiter wider wieder zu zurück zusammen".split()
)


def joined_verb(
    clause: Sequence[str], lemma: Callable[[str], str], known: Callable[[str], bool]
) -> tuple[int, str] | None:
    """Return the index of the verb to which a clause's last word belongs, and the joined verb; None without one."""
    if len(clause) < 2 or clause[-1] not in PARTICLES:
        return None
    for place, word in enumerate(clause[:-1]):
        if place and not word[:1].islower():
            continue
        verb = clause[-1] + lemma(word.lower())
        if verb.endswith("n") and known(verb):
            return place, verb
    return None
